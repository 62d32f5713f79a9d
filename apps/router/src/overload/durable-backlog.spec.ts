import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers as natsHeaders, type NatsConnection } from '@nats-io/transport-node';
import { ConsoleLogger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadRouterConfig } from '@beamline/config';
import { CONSUMERS, STREAMS } from '@beamline/contracts/core';
import type { IntakeEvent } from '@beamline/jetstream/core';
import { Registry } from '@beamline/metrics';
import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { createRouter, type RunningRouter } from '../create-router.js';
import { observersFor } from '../observers.fixture.js';

const DECIDE = 'beamline.router.v1.decide';
const OVERLOADED = { pending_messages: 1500, latency_p95_ms: 6000, seconds: 60 };
const REPLIES = 'test.replies';

let nats: TestNats;
let nc: NatsConnection;
let answered: unknown[];
const intake = recorder<IntakeEvent>();
const routers: RunningRouter[] = [];

beforeEach(async () => {
  nats = await startTestNats();
  nc = await connect({ servers: nats.url });
  answered = [];
  intake.clear();
  nc.subscribe(REPLIES, { callback: (_error, message) => void answered.push(message.json()) });
});

afterEach(async () => {
  for (const router of routers.splice(0)) await router.close();
  await nc.close();
  await nats.stop();
});

/** A strict router with as many stored requests in hand as `maxAckPending`, each tried twice. */
async function aRouter(id: string, maxAckPending: number): Promise<RunningRouter> {
  const router = await createRouter({
    config: loadRouterConfig({
      NATS_URL: nats.url,
      HTTP_PORT: '0',
      GRPC_ENABLED: 'false',
      ROUTER_REPLICA_ID: id,
      OVERLOAD_MODE: 'strict',
      QUEUE_OVERLOAD: '5',
      BACKPRESSURE_POLICY: '{"retry_after_seconds":1}',
      NATS_JS_MAX_ACK_PENDING: String(maxAckPending),
      JS_MAX_DELIVER_DECIDE: '2',
    }),
    observers: observersFor({ intake: intake.observe }),
    registry: new Registry(),
    logger: new ConsoleLogger({ logLevels: ['error', 'warn'] }),
    random: () => 0.5,
  });
  routers.push(router);
  await router.readiness.untilReady();
  return router;
}

async function call(router: RunningRouter, method: string, path = '', body?: object): Promise<any> {
  const response = await fetch(`${router.httpUrl}/api/v1/backpressure${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  const { data }: any = await response.json();
  return data;
}

/** Begins a drill on the router that leads: on another one it would make no status. */
async function overload(router: RunningRouter): Promise<void> {
  await eventually(async () => (await call(router, 'PUT', `/drills/${DECIDE}`, OVERLOADED)).leads);
  await eventually(async () => (await call(router, 'GET')).status === 'active');
}

async function store(count: number): Promise<void> {
  const headers = natsHeaders();
  headers.set('x-reply-to', REPLIES);
  for (let n = 0; n < count; n += 1) {
    const request = { version: '1', tenant_id: 'acme', request_id: `r-${n}` };
    const task = { type: 'chat', payload: { prompt: 'hello there' } };
    const body = JSON.stringify({ ...request, task });
    await jetstream(nc).publish(`${DECIDE}.async`, body, { headers });
  }
}

async function waiting(): Promise<number> {
  const manager = await jetstreamManager(nc);
  return (await manager.consumers.info(STREAMS.router, CONSUMERS.decide)).num_pending;
}

it('is worked off in strict mode though it alone holds the status active, which then ends', async () => {
  const router = await aRouter('a', 4);
  await overload(router);
  await store(20);
  await eventually(async () => (await waiting()) === 16);
  await eventually(async () => (await call(router, 'GET')).ack_pending_messages === 4);

  const { status } = await call(router, 'DELETE', `/drills/${DECIDE}`);

  expect(status).toBe('active');
  await eventually(() => answered.length === 20);
  await eventually(async () => (await call(router, 'GET')).status === 'inactive');
  expect(intake.of('max-deliver-exhausted')).toEqual([]);
});

it('loses none of its requests to a long overload, whoever of several replicas handed it back', async () => {
  const a = await aRouter('a', 1);
  const b = await aRouter('b', 1);
  await eventually(async () => (await call(b, 'GET')).leader === 'a');
  await overload(a);
  await eventually(async () => (await call(b, 'GET')).status === 'active');
  await store(3);
  // Each replica may hand back what it had asked for before. More would use up the tries.
  await sleep(4_000);

  await call(a, 'DELETE', `/drills/${DECIDE}`);

  await eventually(() => answered.length === 3);
  expect(answered).toEqual(answered.map(() => expect.objectContaining({ ok: true })));
  expect(intake.of('max-deliver-exhausted')).toEqual([]);
});
