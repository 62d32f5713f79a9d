import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { eventually, freePort } from '@beamline/testing';
import { aHeavyRequest, heavyPolicies } from './heavy-policy.js';
import { NewProject, packGatewayAdapter } from '../e2e/new-project.js';
import { OverloadWatch } from '../e2e/overload-watch.js';
import { AppProcess, type Stack, startStack } from '../e2e/stack.js';

jest.setTimeout(240_000);

const CAPACITY_SECONDS = 4;
/** Enough for the router never to be idle, and too few for a queue. */
const IN_HAND = 3;
/** What is easily done even by a machine that has become half as fast since its capacity was measured. */
const CALM = 0.25;
const FLOOD_SECONDS = 6;

/** What came of the attempts of one phase; see callers.mjs. */
interface Phase {
  readonly name: string;
  readonly attempts: number;
  readonly ok: number;
  readonly refused: number;
  readonly failed: number;
  readonly peakPerSecond: number;
  readonly p95Ms: number | null;
}

/** A gateway as somebody else would build it: plain Fastify and the package. */
const FASTIFY_GATEWAY = `
import fastify from 'fastify';
import { connect } from '@nats-io/transport-node';
import { createGateway } from '@beamline/gateway-adapter';
import { routerProtected, sendAnswer, ticketOf } from '@beamline/gateway-adapter/fastify';

const connection = await connect({ servers: process.env.NATS_URL, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
const gateway = createGateway({ nats: { connection, isConnected: true } });
gateway.start();

const app = fastify();
app.post('/decide', { onRequest: routerProtected(gateway) }, async (request, reply) => {
  const outcome = await gateway.decide(request.body, { tenantId: 'acme', timeoutMs: 4000, ticket: ticketOf(request) });
  return sendAnswer(reply, gateway.answer(outcome, request.headers));
});
app.get('/load', async () => gateway.view());
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
process.once('SIGTERM', async () => {
  await app.close();
  await gateway.stop();
  await connection.close();
});
`;

let stack: Stack;
let policies: string;
/** The router that takes the place of the stack's. */
let successor: AppProcess | undefined;
let watch: OverloadWatch;
let project: NewProject;
let targets: readonly string[];
let plainGateway: string;
const folders: string[] = [];

beforeAll(async () => {
  policies = heavyPolicies();
  const packed = mkdtempSync(join(tmpdir(), 'beamline-loop-'));
  folders.push(policies, packed);
  stack = await startStack({ router: { POLICIES_DIR: policies }, gateway: {} });
  watch = new OverloadWatch(stack.nc, stack.router);
  await watch.call('PUT', '/settings', { admission: { slo_ms: 1000 } });
  project = NewProject.empty('module');
  await project.install(await packGatewayAdapter(packed));
  project.link('fastify', '@nats-io/transport-node');
  project.write('gateway.mjs', FASTIFY_GATEWAY);
  const port = await freePort();
  project.serve('gateway.mjs', { NATS_URL: stack.nats.url, PORT: String(port) });
  plainGateway = `http://127.0.0.1:${port}`;
  targets = [`${stack.gateway?.addresses.http}/api/v1/routes/decide`, `${plainGateway}/decide`];
  await eventually(async () => (await fetch(`${plainGateway}/load`)).ok);
});

afterAll(async () => {
  await project.end();
  await successor?.stop();
  await stack.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Runs phases of calls against both gateways, in turn. */
async function callers(phases: readonly object[]): Promise<readonly Phase[]> {
  const plan = { targets, body: aHeavyRequest(), phases, retries: 3, seed: 1 };
  const script = join(__dirname, 'callers.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(plan)]);
  return JSON.parse(stdout);
}

function phaseOf(phases: readonly Phase[], name: string): Phase {
  const found = phases.find((phase) => phase.name === name);
  if (found === undefined) throw new Error(`there is no phase ${name}`);
  return found;
}

/** Decisions per second while the router is never idle. */
async function measuredCapacity(): Promise<number> {
  const seconds = CAPACITY_SECONDS;
  const phases = await callers([
    { name: 'first', seconds: 2, inHand: IN_HAND },
    { name: 'capacity', seconds, inHand: IN_HAND },
  ]);
  return phaseOf(phases, 'capacity').ok / seconds;
}

/** Requests that the router itself has refused so far. */
async function refusedByRouter(): Promise<number> {
  const page = await (await fetch(`${stack.router.addresses.http}/metrics`)).text();
  const lines = page
    .split('\n')
    .filter((line) => line.startsWith('router_admission_refused_total{'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

it('keeps a flood at the gateways: the router works on, and nobody is kept out after it', async () => {
  const capacity = await measuredCapacity();
  const before = await refusedByRouter();

  const phases = await callers([
    { name: 'calm', seconds: 3, perSecond: 0.5 * capacity },
    { name: 'flood', seconds: FLOOD_SECONDS, perSecond: 10 * capacity },
    { name: 'drop', seconds: 1, perSecond: 0.4 * capacity },
    { name: 'echo', seconds: 8, perSecond: 0.4 * capacity },
    { name: 'after', seconds: 3, perSecond: CALM * capacity },
  ]);

  const flood = phaseOf(phases, 'flood');
  const byRouter = (await refusedByRouter()) - before;
  // A machine may have become faster meanwhile; appointments are given by what the router does then.
  const most = Math.max(capacity, await measuredCapacity());
  expect(flood.refused).toBeGreaterThan(0.5 * flood.attempts);
  expect(byRouter).toBeLessThan(0.15 * flood.attempts);
  // The callers and the gateways take the processor from the router, too.
  expect(flood.ok).toBeGreaterThan(0.4 * capacity * FLOOD_SECONDS);
  expect(phaseOf(phases, 'echo').peakPerSecond).toBeLessThanOrEqual(1.1 * most);
  const after = phaseOf(phases, 'after');
  expect(after.refused).toBeLessThanOrEqual(0.1 * after.attempts);
  expect(phases.map(({ failed }) => failed)).toEqual([0, 0, 0, 0, 0]);
});

it('ends well when router and nats-server are killed in the midst of a flood: nobody stays closed, nobody is flooded', async () => {
  const capacity = await measuredCapacity();

  const calling = callers([
    { name: 'flood', seconds: FLOOD_SECONDS * 2, perSecond: 6 * capacity },
    { name: 'settling', seconds: 12, perSecond: 0.4 * capacity },
    { name: 'after', seconds: 5, perSecond: CALM * capacity },
  ]);
  await sleep(3_000);
  await stack.router.kill();
  successor = await AppProcess.start('router', {
    NATS_URL: stack.nats.url,
    NATS_RECONNECT_DELAY_MS: '100',
    LOG_LEVEL: 'warn',
    POLICIES_DIR: policies,
  });
  await sleep(2_000);
  await stack.nats.kill();
  await stack.nats.restart();
  const after = phaseOf(await calling, 'after');

  const most = Math.max(capacity, await measuredCapacity());
  expect(after.failed).toBe(0);
  expect(after.ok).toBeGreaterThanOrEqual(0.9 * after.attempts);
  expect(after.peakPerSecond).toBeLessThanOrEqual(1.1 * most);
});
