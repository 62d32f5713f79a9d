import { headers as natsHeaders, connect, type NatsConnection } from '@nats-io/transport-node';
import { ConsoleLogger } from '@nestjs/common';
import { loadRouterConfig } from '@beamline/config';
import { Registry } from '@beamline/metrics';
import { startTestNats, type TestNats } from '@beamline/testing';
import { createRouter, type RunningRouter } from '../create-router.js';
import { observersFor } from '../observers.fixture.js';

const DECIDE = 'beamline.router.v1.decide';
const STATUS = 'beamline.router.v1.status.backpressure';

let nats: TestNats;
let nc: NatsConnection;
let router: RunningRouter;

beforeAll(async () => {
  nats = await startTestNats();
  nc = await connect({ servers: nats.url });
  router = await createRouter({
    config: loadRouterConfig({ NATS_URL: nats.url, HTTP_PORT: '0', GRPC_PORT: '0' }),
    observers: observersFor(),
    registry: new Registry(),
    logger: new ConsoleLogger({ logLevels: ['error', 'warn'] }),
    random: () => 0.5,
  });
  await router.readiness.untilReady();
});

afterAll(async () => {
  await router.close();
  await nc.close();
  await nats.stop();
});

const get = async (path: string, init?: RequestInit): Promise<{ status: number; body: any }> => {
  const response = await fetch(`${router.httpUrl}/api/v1/backpressure${path}`, init);
  return { status: response.status, body: await response.json() };
};
const askStatus = async (query: unknown, subject = STATUS): Promise<any> => {
  const body = typeof query === 'string' ? query : JSON.stringify(query);
  return (await nc.request(subject, body, { timeout: 20_000 })).json();
};

const AT_REST = {
  subject: DECIDE,
  status: 'inactive',
  effective_status: 'inactive',
  metrics: { pending_messages: 0, inflight_messages: 0 },
  thresholds: { queue_overload: 1000, latency_overload_ms: 5000, inflight_overload: 500 },
  policy: { retry_after_seconds: 30, max_retry_attempts: 3 },
};

describe('the status', () => {
  it.each([STATUS, 'beamline.router.v2.status.backpressure'])(
    'is told over NATS at %s',
    async (subject) => {
      expect(await askStatus({ subject: DECIDE }, subject)).toMatchObject({
        success: true,
        data: AT_REST,
      });
    },
  );

  it('is the same over HTTP, for one subject and for all', async () => {
    expect(await get('')).toMatchObject({ status: 200, body: { success: true, data: AT_REST } });
    expect(await get(`/subjects/${DECIDE}`)).toMatchObject({ body: { data: AT_REST } });
    expect((await get('/subjects')).body.data[0]).toMatchObject(AT_REST);
    expect(await get(`/subjects/${DECIDE}/detail`)).toMatchObject({
      body: { data: { status: 'backpressure_inactive', recovery: { recovered: false } } },
    });
  });

  it.each([[''], ['x'.repeat(1024)], [42], [undefined]])(
    'of the subject %j is unknown',
    async (subject) => {
      expect(await askStatus({ subject })).toMatchObject({
        success: true,
        data: { status: 'unknown', error: 'invalid_subject' },
      });
    },
  );

  it.each(['', 'no json', '[]', '7'])('is not told to the question %j', async (query) => {
    expect(await askStatus(query)).toMatchObject({ success: false, error: /JSON object/ });
  });

  it('of a subject of the greatest length is told over HTTP too', async () => {
    const subject = 'x'.repeat(1023);

    expect(await get(`/subjects/${subject}`)).toMatchObject({
      status: 200,
      body: { data: { subject, status: 'inactive' } },
    });
  });

  it('of a tenant or a provider is that of the subjects that name them', async () => {
    expect((await get('/tenants/acme')).body).toEqual({ success: true, data: [] });
    expect((await get('/providers/openai')).body).toEqual({ success: true, data: [] });
  });

  it('stands in the readiness detail, and does not decide about it', async () => {
    const response = await fetch(`${router.httpUrl}/health/ready`);

    expect(await response.json()).toMatchObject({
      status: 'ok',
      details: { overload: { status: 'up', message: '0 active, 0 warning, 2 inactive' } },
    });
  });
});

describe('the past', () => {
  it('begins empty', async () => {
    expect((await get('/events')).body).toEqual({ success: true, data: [] });
    expect((await get(`/history/${DECIDE}`)).body).toEqual({ success: true, data: [] });
    expect((await get(`/aggregates/${DECIDE}`)).body.data.total).toMatchObject({
      subject: DECIDE,
      total_events: 0,
    });
    expect((await get('/health')).body.data).toMatchObject({ healthy: true, total_subjects: 2 });
  });

  it.each(['limit=-1', 'since=yesterday'])('is not asked about with %s', async (query) => {
    expect(await get(`/events?${query}`)).toMatchObject({
      status: 400,
      body: { success: false, error: /must be a whole number/ },
    });
  });
});

describe('an answer', () => {
  const request = JSON.stringify({
    version: '1',
    tenant_id: 'acme',
    request_id: 'r-1',
    task: { type: 'chat', payload: { prompt: 'hello there' } },
  });

  it('tells of the load whoever asks for it', async () => {
    const headers = natsHeaders();
    headers.set('x-overload-report', '1');

    const reply = await nc.request(DECIDE, request, { timeout: 20_000, headers });

    expect(reply.headers?.get('Overload-State')).toBe('inactive');
    expect(reply.headers?.get('Overload-Wait-Ms')).toMatch(/^\d+$/);
  });

  it('to a caller that waits no longer is a refusal, before anything is read', async () => {
    const headers = natsHeaders();
    headers.set('x-timeout-ms', '0');

    const reply = await nc.request(DECIDE, 'never read', { timeout: 20_000, headers });

    expect(reply.json()).toMatchObject({
      ok: false,
      error: { code: 'service_overloaded', details: { reason: 'deadline', subject: DECIDE } },
    });
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBe('429');
  });
});
