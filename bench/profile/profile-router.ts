// Runs the product under load with --cpu-prof and prints where its time went.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SUBJECTS } from '@beamline/contracts/core';
import { LoadGenerator } from '../harness/load-generator.js';
import { type MeasuredNats, startNats } from '../harness/nats-process.js';
import type { NodeProcess } from '../harness/node-process.js';
import { startGateway, startRouter } from '../harness/product.js';
import { byFunction, byOwner, type CpuProfile, type SelfTime } from './cpu-profile.js';

const LINES = 25;
const [door = 'nats', seconds = '5'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'beamline-profile-'));
const profiled = { nodeArgs: ['--cpu-prof', '--cpu-prof-dir', folder] };

/** The process under the profiler, and all that must be stopped, in order. */
interface Subject {
  readonly target: Readonly<Record<string, string>>;
  readonly servers: readonly NodeProcess[];
}

const SUBJECTS_OF_DOORS: Readonly<Record<string, (nats: MeasuredNats) => Promise<Subject>>> = {
  nats: async (nats) => ({
    target: { url: nats.url, subject: SUBJECTS.decide },
    servers: [await startRouter(nats, profiled)],
  }),
  intake: async (nats) => ({
    target: { url: nats.url, subject: SUBJECTS.decideAsync },
    servers: [await startRouter(nats, profiled)],
  }),
  grpc: async (nats) => {
    const router = await startRouter(nats, profiled);
    return { target: { address: router.addresses['grpc'] ?? '' }, servers: [router] };
  },
  http: async (nats) => {
    const router = await startRouter(nats);
    const gateway = await startGateway(nats, profiled);
    const { hostname, port } = new URL(gateway.addresses['http'] ?? '');
    return { target: { host: hostname, port }, servers: [gateway, router] };
  },
};

function print(title: string, times: readonly SelfTime[]): void {
  console.log(`\n${title}`);
  for (const { name, share } of times.slice(0, LINES)) {
    console.log(`${(share * 100).toFixed(1).padStart(6)} %  ${name}`);
  }
}

async function profile(start: (nats: MeasuredNats) => Promise<Subject>): Promise<void> {
  const nats = await startNats();
  try {
    const generator = await LoadGenerator.start(door, nats);
    const { target, servers } = await start(nats);
    const windowMs = Number(seconds) * 1_000;
    const inFlight = door === 'intake' ? 256 : 64;
    const sample = await generator.measure({ name: door, target, servers }, { inFlight, windowMs });
    console.log(
      `${door}: ${Math.round(sample.requestsPerSecond)} req/s, ${sample.serverMicros.toFixed(1)} us/request with the profiler on`,
    );
    for (const server of servers) await server.stop();
    await generator.stop();
  } finally {
    await nats.stop();
  }
}

const start = SUBJECTS_OF_DOORS[door];
if (start === undefined) throw new Error(`doors: ${Object.keys(SUBJECTS_OF_DOORS).join(', ')}`);
await profile(start);
const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
if (file === undefined) throw new Error('the process wrote no profile');
const cpuProfile: CpuProfile = JSON.parse(readFileSync(join(folder, file), 'utf8'));
print('Self time by package', byOwner(cpuProfile));
print('Self time by function', byFunction(cpuProfile));
console.log(`\nFull profile: ${join(folder, file)}`);
