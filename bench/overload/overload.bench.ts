// What protection is worth when more is asked than can be served: an open-loop generator in its own process, a Nest microservice of
// known capacity, and everybody who claims to protect it.
import { startNats } from '../harness/nats-process.js';
import { measureWorkload, Plants } from './measure/measure-workload.js';
import { overloadOptions } from './options.js';
import { publishWorkload } from './report/publish.js';
import { ROUTER_WORKLOAD } from './router/router-workload.js';
import { SMOKE } from './workloads/smoke.js';
import { WORKLOADS } from './workloads/workloads.js';
import type { Workload } from './workloads/workload.js';

const ALL = [...WORKLOADS, ROUTER_WORKLOAD];
const options = overloadOptions(process.argv.slice(2));

function chosen(): readonly Workload[] {
  if (options.isSmoke && options.only.length === 0) return SMOKE;
  const unknown = options.only.find((id) => !ALL.some((workload) => workload.id === id));
  if (unknown !== undefined) {
    const known = ALL.map(({ id }) => id).join(', ');
    throw new Error(`there is no workload ${unknown}; workloads: ${known}`);
  }
  return ALL.filter(({ id }) => options.only.length === 0 || options.only.includes(id));
}

const nats = await startNats();
const plants = new Plants(nats);
try {
  for (const workload of chosen()) {
    const startedMs = performance.now();
    // Idle plants take little, but not nothing: a workload with plants of its own begins alone.
    if (workload.variants.some(({ plant }) => plant !== undefined)) await plants.stopPlants();
    console.log(`\n== ${workload.id}: ${workload.title}`);
    const results = [];
    for await (const result of measureWorkload(workload, plants, options)) results.push(result);
    publishWorkload(workload, results, options);
    console.log(`${workload.id} took ${Math.round((performance.now() - startedMs) / 1_000)} s`);
  }
} finally {
  await plants.stop();
  await nats.stop();
}
