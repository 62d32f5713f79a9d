// Puts contestants under load with a CPU profile and prints where their time went.
import { writeFileSync } from 'node:fs';
import { SUBJECTS } from '@beamline/contracts/core';
import { type Contestant, DOORS, NAMES } from '../harness/contestants.js';
import { LoadGenerator } from '../harness/load-generator.js';
import { type MeasuredNats, startNats } from '../harness/nats-process.js';
import { startRouter } from '../harness/product.js';
import { repoPath } from '../harness/repo-path.js';
import { byFunction, byOwner, type CpuProfile, type SelfTime } from './cpu-profile.js';

const LINES = 25;
const WARM_UP_MS = 3_000;

const durable: Contestant = {
  name: NAMES.product,
  start: async (nats) => ({
    name: NAMES.product,
    target: { url: nats.url, subject: SUBJECTS.decideAsync },
    servers: [await startRouter(nats)],
  }),
};

function contestantOf(protocol: string, name: string): Contestant {
  if (protocol === 'intake') return durable;
  const door = DOORS.find((candidate) => candidate.protocol === protocol);
  const contestant = door?.contestants.find((candidate) => candidate.name === name);
  if (contestant !== undefined) return contestant;
  const doors = [...DOORS.map((each) => each.protocol), 'intake'].join(', ');
  const names = door?.contestants.map((each) => each.name).join(', ') ?? '';
  throw new Error(`doors: ${doors}; contestants of ${protocol}: ${names}`);
}

function print(title: string, times: readonly SelfTime[]): void {
  console.log(`\n${title}`);
  for (const { name, share } of times.slice(0, LINES)) {
    console.log(`${(share * 100).toFixed(1).padStart(6)} %  ${name}`);
  }
}

function report(server: string, json: string): void {
  const profile: CpuProfile = JSON.parse(json);
  const file = repoPath('.data/bench', `${server.replaceAll(/\W+/g, '-')}.cpuprofile`);
  writeFileSync(file, json);
  print(`${server}: own time by package`, byOwner(profile));
  print(`${server}: own time by function`, byFunction(profile));
  console.log(`\nThe whole profile, for a browser's developer tools: ${file}`);
}

async function run(protocol: string, name: string, windowMs: number, nats: MeasuredNats) {
  const generator = await LoadGenerator.start(protocol, nats);
  const target = await contestantOf(protocol, name).start(nats);
  const inFlight = protocol === 'intake' ? 256 : 64;
  await generator.measure(target, { inFlight, windowMs: WARM_UP_MS });
  for (const server of target.servers) await server.startProfile();
  const sample = await generator.measure(target, { inFlight, windowMs });
  const perSecond = Math.round(sample.requestsPerSecond);
  console.log(`${protocol}: ${perSecond} requests/s with the profiler on`);
  for (const server of target.servers) report(server.name, await server.stopProfile());
  for (const server of target.servers) await server.stop();
  await generator.stop();
}

const [protocol = 'nats', seconds = '5', name = NAMES.product] = process.argv.slice(2);
const nats = await startNats();
try {
  await run(protocol, name, Number(seconds) * 1_000, nats);
} finally {
  await nats.stop();
}
