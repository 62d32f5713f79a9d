import { type GatewayNotificationDocument, notificationSubjectOf } from '@beamline/contracts/core';
import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { GatewayEvent } from '../core/gateway.events.js';
import { createGateway } from './gateway.js';
import type { Gateway, GatewayOptions } from './gateway-types.js';

const SUBJECT = 'beamline.router.v1.decide';
const STATUS = 'beamline.router.v1.status.backpressure';
const TTL_MS = 400;

const seen = recorder<GatewayEvent>();
let nats: TestNats;
let ours: NatsConnection;
let routers: NatsConnection;
let gateway: Gateway;

const join = (): Promise<NatsConnection> =>
  connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });

const started = async (options: Partial<GatewayOptions> = {}): Promise<void> => {
  gateway = createGateway({
    nats: { connection: ours, isConnected: true },
    observe: seen.observe,
    admission: { mode: 'contract' },
    status: { pollMs: 100, pollTimeoutMs: 100 },
    ...options,
  });
  gateway.start();
  await ours.flush();
};

const push = (changes: Partial<GatewayNotificationDocument>): void =>
  routers.publish(
    notificationSubjectOf(SUBJECT),
    JSON.stringify({
      type: 'backpressure_status',
      status: 'active',
      subject: SUBJECT,
      metrics: { pending_messages: 0, latency_p95_ms: 0, inflight_messages: 0 },
      timestamp: 1_700_000_000_000,
      retry_after_seconds: 1,
      effective_status: 'active',
      epoch: 5,
      seq: 1,
      ttl_ms: 60_000,
      credit: null,
      ...changes,
    }),
  );

const isClosed = (): boolean => !gateway.admission().admit().admitted;

beforeEach(async () => {
  seen.clear();
  nats = await startTestNats();
  ours = await join();
  routers = await join();
});

afterEach(async () => {
  await gateway.stop();
  await ours.close();
  await routers.close();
  await nats.stop();
});

it('opens again when the router falls silent', async () => {
  await started();
  push({ ttl_ms: TTL_MS });
  await eventually(isClosed);

  await eventually(() => !isClosed());

  expect(gateway.view()).toMatchObject({ status: 'unknown', pushesLost: true });
});

it('opens again when the nats-server dies, and hears the router when it is back', async () => {
  await started();
  push({ ttl_ms: TTL_MS });
  await eventually(isClosed);

  await nats.kill();
  await eventually(() => !isClosed());
  await nats.restart();

  let seq = 1;
  await eventually(() => {
    push({ seq: (seq += 1) });
    return isClosed();
  });
});

it('knows before its first request that the nats-server went', async () => {
  await started();
  await nats.kill();

  await eventually(async () => {
    const outcome = await gateway.decide({}, { tenantId: 'acme', timeoutMs: 2_000 });
    return outcome.kind === 'unavailable' && outcome.reason === 'disconnected';
  });
});

it('opens again when its connection is closed for good', async () => {
  await started();
  push({ ttl_ms: TTL_MS });
  await eventually(isClosed);
  await ours.close();

  await eventually(() => !isClosed());
});

it('does not believe a leader that was deposed', async () => {
  await started();
  push({ epoch: 6, status: 'inactive', effective_status: 'inactive' });
  await eventually(() => gateway.view().epoch === 6);

  push({ epoch: 5, seq: 100 });
  await eventually(() => seen.of('load-refused').length === 1);

  expect(seen.of('load-refused')).toMatchObject([{ source: 'push', reason: 'old_epoch' }]);
  expect(isClosed()).toBe(false);
});

it('does not believe a push that comes twice, or too late', async () => {
  await started();
  push({ seq: 7, status: 'inactive', effective_status: 'inactive' });
  push({ seq: 7 });
  push({ seq: 6 });
  await eventually(() => seen.of('load-refused').length === 2);

  expect(seen.of('load-refused').map(({ reason }) => reason)).toEqual(['replayed', 'out_of_order']);
  expect(isClosed()).toBe(false);
});

it('polls when pushes stop, and leaves it when they are back', async () => {
  const data = { subject: SUBJECT, status: 'active', policy: { retry_after_seconds: 1 } };
  routers.subscribe(STATUS, {
    callback: (_error, message) => void message.respond(JSON.stringify({ success: true, data })),
  });
  await routers.flush();
  await started();
  await eventually(() => gateway.view().source === 'poll');
  expect(isClosed()).toBe(true);

  push({ status: 'inactive', effective_status: 'inactive' });
  await eventually(() => gateway.view().source === 'push');

  expect(isClosed()).toBe(false);
});
