// Request and answer through each door, beside the bare minimum on the same library and beside the idiomatic Nest application.
import { benchOptions, type BenchOptions, windowOf } from '../harness/bench-options.js';
import { type Door, DOORS } from '../harness/contestants.js';
import { interleave } from '../harness/interleave.js';
import { LoadGenerator } from '../harness/load-generator.js';
import { type MeasuredNats, startNats } from '../harness/nats-process.js';
import { publishReport } from '../harness/publish-report.js';
import type { Row } from '../harness/results.js';
import { doorRows, type DoorTargets } from './door-rows.js';

const TARGETS: Readonly<Record<Door['name'], DoorTargets>> = {
  NATS: { ofBare: { atLeast: 0.8 }, ofParsing: { atLeast: 0.8 }, ofIdiomatic: { atLeast: 2 } },
  gRPC: { ofBare: { atLeast: 0.85 }, ofParsing: { atLeast: 0.85 } },
  HTTP: {},
};

async function measureDoor(door: Door, nats: MeasuredNats, options: BenchOptions): Promise<Row[]> {
  const generator = await LoadGenerator.start(door.protocol, nats);
  const targets = [];
  for (const contestant of door.contestants) targets.push(await contestant.start(nats));
  const samples = await interleave(
    targets.map((target) => ({
      name: target.name,
      measure: (isWarmUp: boolean) => generator.measure(target, windowOf(options, isWarmUp)),
    })),
    options.rounds,
  );
  const processes = targets.flatMap(({ servers }) => servers);
  await Promise.all([generator.stop(), ...processes.map((server) => server.stop())]);
  return doorRows(door.name, samples, TARGETS[door.name]);
}

const options = benchOptions(process.argv.slice(2));
const nats = await startNats();
try {
  const rows: Row[] = [];
  for (const door of DOORS) {
    console.log(`${door.name}: ${options.rounds} rounds of ${door.contestants.length} contestants`);
    rows.push(...(await measureDoor(door, nats, options)));
  }
  publishReport('transports', rows, options);
} finally {
  await nats.stop();
}
