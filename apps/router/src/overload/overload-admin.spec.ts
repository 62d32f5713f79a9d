import { connect, headers as natsHeaders, type NatsConnection } from '@nats-io/transport-node';
import { ConsoleLogger } from '@nestjs/common';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { OverloadEvent } from '@beamline/backpressure';
import { loadRouterConfig } from '@beamline/config';
import { CONSUMERS, STREAMS } from '@beamline/contracts/core';
import type { IntakeEvent } from '@beamline/jetstream/core';
import { Registry } from '@beamline/metrics';
import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { createRouter, type RunningRouter } from '../create-router.js';
import { observersFor } from '../observers.fixture.js';

const DECIDE = 'beamline.router.v1.decide';
const REQUEST = JSON.stringify({
  version: '1',
  tenant_id: 'acme',
  request_id: 'r-1',
  task: { type: 'chat', payload: { prompt: 'hello there' } },
});

const CAUSE = { signal: 'pending_messages', value: 1500, threshold: 1000 };

let nats: TestNats;
let nc: NatsConnection;
let router: RunningRouter;
const intake = recorder<IntakeEvent>();
const overload = recorder<OverloadEvent>();

async function start(env: Readonly<Record<string, string>> = {}): Promise<RunningRouter> {
  return createRouter({
    config: loadRouterConfig({
      NATS_URL: nats.url,
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      JS_MAX_DELIVER_DECIDE: '2',
      ...env,
    }),
    observers: observersFor({ intake: intake.observe, overload: overload.observe }),
    registry: new Registry(),
    logger: new ConsoleLogger({ logLevels: ['error', 'warn'] }),
    random: () => 0.5,
  });
}

beforeAll(async () => {
  nats = await startTestNats();
  nc = await connect({ servers: nats.url });
  router = await start();
  await router.readiness.untilReady();
});

afterAll(async () => {
  await router.close();
  await nc.close();
  await nats.stop();
});

async function call(
  method: string,
  path: string,
  body?: unknown,
  { url = router.httpUrl, headers = {} }: { url?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: any }> {
  const response = await fetch(`${url}/api/v1/backpressure${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

const history = async (): Promise<any[]> => (await call('GET', `/history/${DECIDE}`)).body.data;

describe('settings', () => {
  it('of one subject hold at once, are told with their revision, and can be taken back', async () => {
    const put = await call('PUT', `/settings/${DECIDE}`, { thresholds: { queue_overload: 7 } });
    expect(put).toMatchObject({ status: 200, body: { success: true } });
    const { revision } = put.body.data;

    expect((await call('GET', `/subjects/${DECIDE}`)).body.data.thresholds.queue_overload).toBe(7);
    expect((await call('GET', `/settings/${DECIDE}`)).body.data).toMatchObject({
      revision,
      document: { thresholds: { queue_overload: 7 } },
      in_force: { thresholds: { queue_overload: 7, inflight_overload: 500 } },
    });

    expect((await call('DELETE', `/settings/${DECIDE}`)).status).toBe(200);
    expect((await call('GET', `/subjects/${DECIDE}`)).body.data.thresholds).toMatchObject({
      queue_overload: 1000,
    });
  });

  it('of all subjects hold for those that have none of their own', async () => {
    await call('PUT', '/settings', { policy: { retry_after_seconds: 5 } });

    const { body } = await call('GET', '/settings');
    expect(body.data).toMatchObject({
      defaults: { document: { policy: { retry_after_seconds: 5 } } },
      subjects: {},
      problems: [],
    });
    expect((await call('GET', '')).body.data.policy.retry_after_seconds).toBe(5);
    await call('DELETE', '/settings');
  });

  it('can be taken back to an earlier version, which is listed', async () => {
    const path = `/settings/${DECIDE}`;
    const first = await call('PUT', path, { thresholds: { queue_overload: 7 } });
    const { revision } = first.body.data;
    await call('PUT', path, { thresholds: { queue_overload: 9 } });

    const back = await call('PUT', `${path}?from=${revision}`);

    expect(back).toMatchObject({ status: 200, body: { success: true } });
    expect((await call('GET', `/subjects/${DECIDE}`)).body.data.thresholds.queue_overload).toBe(7);
    const { data } = (await call('GET', `${path}/versions`)).body;
    expect(data.slice(0, 3)).toEqual([
      {
        revision: back.body.data.revision,
        timestamp: expect.any(Number),
        document: { thresholds: { queue_overload: 7 } },
        in_force: true,
      },
      expect.objectContaining({ document: { thresholds: { queue_overload: 9 } }, in_force: false }),
      expect.objectContaining({ revision, in_force: false }),
    ]);
    await call('DELETE', path);
    expect((await call('GET', `${path}/versions`)).body.data[0]).toMatchObject({ document: null });
  });

  it('of all subjects can be taken back too', async () => {
    const first = await call('PUT', '/settings', { policy: { retry_after_seconds: 5 } });
    await call('PUT', '/settings', { policy: { retry_after_seconds: 6 } });

    await call('PUT', `/settings?from=${first.body.data.revision}`);

    expect((await call('GET', '')).body.data.policy.retry_after_seconds).toBe(5);
    const { data } = (await call('GET', '/settings/_defaults/versions')).body;
    expect(data[0]).toMatchObject({ document: { policy: { retry_after_seconds: 5 } } });
    await call('DELETE', '/settings');
  });

  it.each([
    ['from=999999', undefined, /no document of revision 999999/],
    ['from=x', undefined, /from must be a whole number/],
    ['from=1', {}, /from stands in place of a body/],
  ])('cannot be taken back with %s and the body %j', async (query, body, error) => {
    expect(await call('PUT', `/settings/${DECIDE}?${query}`, body)).toMatchObject({
      status: 400,
      body: { success: false, error: expect.stringMatching(error) },
    });
  });

  it.each([
    ['a field that is none', { thresholds: { queue: 7 } }, 400],
    ['a threshold that is no number', { thresholds: { queue_overload: 'many' } }, 400],
    ['no document', 'not json', 400],
    ['a document of another age', { policy: {} }, 409],
  ])('with %s are refused, and what was there stays', async (_, document, status) => {
    const path = status === 409 ? `/settings/${DECIDE}?revision=999999` : `/settings/${DECIDE}`;

    expect(await call('PUT', path, document)).toMatchObject({ status, body: { success: false } });
    expect((await call('GET', '')).body.data.thresholds.queue_overload).toBe(1000);
  });

  it('below 1 count as 1, and that is said', async () => {
    const { body } = await call('PUT', `/settings/${DECIDE}`, {
      thresholds: { queue_overload: -3 },
    });

    expect(body.data.notes).toHaveLength(1);
    expect((await call('GET', '')).body.data.thresholds.queue_overload).toBe(1);
    await call('DELETE', `/settings/${DECIDE}`);
  });
});

describe('a drill', () => {
  afterEach(async () => {
    await call('DELETE', `/drills/${DECIDE}`);
    await call('DELETE', '/settings');
  });

  it('makes a subject active and back, and both stand in its history', async () => {
    const drill = { pending_messages: 1500, latency_p95_ms: 6000, seconds: 60 };

    expect((await call('PUT', `/drills/${DECIDE}`, drill)).body.data.status).toBe('active');
    await eventually(async () => (await call('PUT', `/drills/${DECIDE}`, drill)).body.data.leads);
    expect((await call('GET', '/health')).body.data.healthy).toBe(false);
    // A replica that starts listens first, and writes nothing down until it knows that it leads.
    await eventually(async () =>
      expect(await history()).toMatchObject([{ from: 'inactive', to: 'active' }]),
    );
    expect((await call('DELETE', `/drills/${DECIDE}`)).body.data.status).toBe('inactive');

    expect(await history()).toMatchObject([
      { type: 'recovery', from: 'active', to: 'inactive' },
      { type: 'backpressure_active', causes: expect.arrayContaining([CAUSE]) },
    ]);
    expect((await call('GET', `/subjects/${DECIDE}/detail`)).body.data.recovery).toMatchObject({
      recovered: true,
    });
  });

  it('refuses requests in strict mode on every door, and lets stored ones wait', async () => {
    await call('PUT', '/settings', { admission: { mode: 'strict' } });
    await call('PUT', `/drills/${DECIDE}`, { pending_messages: 1500, latency_p95_ms: 6000 });

    const reply = await nc.request(DECIDE, 'never read', { timeout: 20_000 });
    expect(reply.json()).toMatchObject({
      error: { code: 'service_overloaded', details: { reason: 'backpressure_active' } },
    });
    expect(reply.headers?.get('Retry-After-Ms')).toBe('30000');

    const headers = natsHeaders();
    headers.set('x-reply-to', 'test.never');
    await jetstream(nc).publish(`${DECIDE}.async`, REQUEST, { headers });
    await eventually(async () => {
      const { consumers } = await jetstreamManager(nc);
      const { num_pending, num_ack_pending } = await consumers.info(
        STREAMS.router,
        CONSUMERS.decide,
      );
      return num_pending + num_ack_pending === 1;
    });
    expect(intake.of('settled').filter(({ subject }) => subject.endsWith('async'))).toEqual([]);
  });

  it.each([
    [{}, /needs one of/],
    [{ pending_messages: -1 }, /pending_messages must be a whole number/],
    [{ pending_messages: 1, seconds: 0 }, /seconds must be/],
    [{ pending: 1 }, /"pending" is no field/],
    ['[]', /must be a JSON object/],
  ])('of %j does not begin', async (drill, error) => {
    expect(await call('PUT', `/drills/${DECIDE}`, drill)).toMatchObject({
      status: 400,
      body: { success: false, error: expect.stringMatching(error) },
    });
  });

  it('of a subject that is not served does not begin, and none that is not there ends', async () => {
    expect((await call('PUT', '/drills/elsewhere', { pending_messages: 1 })).status).toBe(404);
    expect((await call('DELETE', '/drills/elsewhere')).status).toBe(404);
  });
});

describe('who may', () => {
  it('is whoever has the key, where there is one', async () => {
    const guarded = await start({ ADMIN_API_KEY: 'key-of-this-test' });
    const url = guarded.httpUrl;
    const as = (headers: Record<string, string>) =>
      call('GET', '/settings', undefined, { url, headers }).then(({ status }) => status);

    expect(await as({})).toBe(401);
    expect(await as({ 'x-api-key': 'another-key-altogether' })).toBe(401);
    expect(await as({ 'x-api-key': 'key-of-this-test' })).toBe(200);
    expect(await as({ authorization: 'Bearer key-of-this-test' })).toBe(200);
    expect((await call('GET', '/health', undefined, { url })).status).toBe(200);
    await guarded.close();
  });

  it('is nobody in production without a key', async () => {
    const production = await start({ NODE_ENV: 'production' });
    const url = production.httpUrl;

    expect((await call('PUT', '/settings', {}, { url })).status).toBe(403);
    await production.close();
  });
});
