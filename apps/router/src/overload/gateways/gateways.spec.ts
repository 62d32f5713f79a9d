import { createServer, type Server } from 'node:http';
import { headers as natsHeaders, connect, type NatsConnection } from '@nats-io/transport-node';
import { ConsoleLogger } from '@nestjs/common';
import { loadRouterConfig } from '@beamline/config';
import {
  type GatewayNotificationDocument,
  NOTIFICATION_SUBJECTS,
  notificationSubjectOf,
  SUBJECTS,
} from '@beamline/contracts/core';
import { Registry } from '@beamline/metrics';
import type { NotificationEvent } from '@beamline/notifications/core';
import {
  eventually,
  type Recorder,
  recorder,
  startTestNats,
  type TestNats,
} from '@beamline/testing';
import { Webhook } from 'standardwebhooks';
import { createRouter, type RunningRouter } from '../../create-router.js';
import { observersFor } from '../../observers.fixture.js';

const DECIDE = 'beamline.router.v1.decide';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const DRILL = { pending_messages: 1500, latency_p95_ms: 6000, seconds: 60 };

interface Running {
  readonly router: RunningRouter;
  readonly events: Recorder<NotificationEvent>;
}

let nats: TestNats;
let nc: NatsConnection;
let ends: (() => Promise<void>)[] = [];

beforeEach(async () => {
  nats = await startTestNats();
  nc = await connect({ servers: nats.url });
});
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  ends = [];
  await nc.close();
  await nats.stop();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const events = recorder<NotificationEvent>();
  const router = await createRouter({
    config: loadRouterConfig({
      NATS_URL: nats.url,
      HTTP_PORT: '0',
      GRPC_ENABLED: 'false',
      GATEWAY_WEBHOOK_SECRETS: SECRET,
      ...env,
    }),
    observers: observersFor({ notifications: events.observe }),
    registry: new Registry(),
    logger: new ConsoleLogger({ logLevels: ['error', 'warn'] }),
    random: () => 0.5,
  });
  ends.push(() => router.close());
  await router.readiness.untilReady();
  return { router, events };
}

async function call(
  { router }: Running,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: any }> {
  const response = await fetch(`${router.httpUrl}/api/v1/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function ask(subject: string, body: unknown, apiKey?: string): Promise<any> {
  const headers = natsHeaders();
  if (apiKey !== undefined) headers.set('x-api-key', apiKey);
  const reply = await nc.request(subject, JSON.stringify(body), { timeout: 20_000, headers });
  return reply.json();
}

/** A gateway that is told over HTTP: what it was told, once its signature was verified. */
async function aGateway(): Promise<{ url: string; told: GatewayNotificationDocument[] }> {
  const told: GatewayNotificationDocument[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { headers } = request;
      const signed = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, String(value)]),
      );
      const document: any = new Webhook(SECRET).verify(Buffer.concat(chunks).toString(), signed);
      told.push(document);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/hook`, told };
}

/** What is pushed over NATS. */
async function pushes(subject = NOTIFICATION_SUBJECTS): Promise<GatewayNotificationDocument[]> {
  const heard: GatewayNotificationDocument[] = [];
  nc.subscribe(subject, { callback: (_error, message) => void heard.push(message.json()) });
  await nc.flush();
  return heard;
}

const leads = ({ events }: Running): boolean => events.of('lead-taken').length > 0;

describe('gateways', () => {
  it('register, are listed, and are taken out again', async () => {
    const running = await start();
    const endpoint = 'http://localhost:3000/api/backpressure';

    const first = await call(running, 'POST', 'gateways', { body: { endpoint } });
    const again = await call(running, 'POST', 'gateways', { body: { endpoint } });

    expect(first).toMatchObject({
      status: 201,
      body: { success: true, data: { endpoint, source: 'api', registered_at: expect.any(Number) } },
    });
    expect(again).toEqual({ status: 200, body: first.body });
    const { endpoint_id: id } = first.body.data;
    expect((await call(running, 'GET', 'gateways')).body.data).toEqual([first.body.data]);
    const path = `gateways/${encodeURIComponent(id)}`;
    expect((await call(running, 'GET', path)).body.data).toEqual(first.body.data);
    expect((await call(running, 'DELETE', path)).body.data).toEqual({ endpoint_id: id });
    expect(await call(running, 'DELETE', path)).toMatchObject({
      status: 404,
      body: { success: false, error: 'not_found' },
    });
    expect((await call(running, 'GET', 'gateways')).body.data).toEqual([]);
  });

  it('are found by ids that hold slashes and plus signs', async () => {
    const running = await start();
    const ids: string[] = [];
    for (let n = 0; n < 40; n += 1) {
      const body = { endpoint: `http://localhost:3000/${n}` };
      const answer = await call(running, 'POST', 'gateways', { body });
      ids.push(answer.body.data.endpoint_id);
    }

    expect(ids.some((id) => id.includes('/'))).toBe(true);
    expect(ids.some((id) => id.includes('+'))).toBe(true);
    for (const id of ids) {
      const { status, body } = await call(running, 'GET', `gateways/${encodeURIComponent(id)}`);
      expect([status, body.data.endpoint_id]).toEqual([200, id]);
    }
  });

  it.each`
    body                                          | error                  | because
    ${'no json'}                                  | ${expect.any(String)}  | ${'it is no JSON'}
    ${[]}                                         | ${'invalid_arguments'} | ${'it is no object'}
    ${{ url: 'http://localhost/' }}               | ${'invalid_arguments'} | ${'it names no endpoint'}
    ${{ endpoint: 5 }}                            | ${'invalid_endpoint'}  | ${'it is no text'}
    ${{ endpoint: '' }}                           | ${'invalid_endpoint'}  | ${'it is empty'}
    ${{ endpoint: 'ftp://localhost/' }}           | ${'invalid_endpoint'}  | ${'notifications go over HTTP'}
    ${{ endpoint: 'http://elsewhere.example/' }}  | ${'invalid_endpoint'}  | ${'nobody has allowed that host'}
    ${{ endpoint: 'http://169.254.169.254/x' }}   | ${'invalid_endpoint'}  | ${'it is the metadata of a cloud'}
    ${{ endpoint: 'http://me:secret@localhost' }} | ${'invalid_endpoint'}  | ${'it holds a password'}
  `('cannot register with $body: $because', async ({ body, error }) => {
    const running = await start();

    const answer = await call(running, 'POST', 'gateways', { body });

    expect(answer).toMatchObject({ status: 400, body: { success: false, error } });
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect((await call(running, 'GET', 'gateways')).body.data).toEqual([]);
  });

  it('register over NATS as well', async () => {
    await start();
    const endpoint = 'http://localhost:3000/api/backpressure';

    const registered = await ask(SUBJECTS.gatewayRegister, { endpoint });
    expect(registered).toMatchObject({ success: true, data: { endpoint } });
    const { endpoint_id: id } = registered.data;
    expect((await ask(SUBJECTS.gatewayList, {})).data).toEqual([registered.data]);
    expect(await ask(SUBJECTS.gatewayUnregister, { endpoint_id: id })).toEqual({
      success: true,
      data: { endpoint_id: id },
    });
    expect(await ask(SUBJECTS.gatewayUnregister, { endpoint_id: id })).toMatchObject({
      success: false,
      error: 'not_found',
    });
    expect(await ask(SUBJECTS.gatewayRegister, 'x')).toMatchObject({ error: 'invalid_arguments' });
    expect(await ask(SUBJECTS.gatewayRegister, { endpoint: 'http://10.0.0.1/' })).toMatchObject({
      error: 'invalid_endpoint',
    });
  });

  it('need the admin key where there is one', async () => {
    const running = await start({ ADMIN_API_KEY: 'key-of-ops' });
    const body = { endpoint: 'http://localhost:3000/' };
    const headers = { 'x-api-key': 'key-of-ops' };

    expect((await call(running, 'POST', 'gateways', { body })).status).toBe(401);
    expect((await call(running, 'GET', 'gateways')).status).toBe(401);
    expect((await call(running, 'POST', 'gateways', { body, headers })).status).toBe(201);
    expect(await ask(SUBJECTS.gatewayList, {})).toMatchObject({ error: 'unauthorized' });
    expect((await ask(SUBJECTS.gatewayList, {}, 'key-of-ops')).data).toHaveLength(1);
  });

  it('of the configuration are there from the start, and only it can take them out', async () => {
    const running = await start({ GATEWAY_ENDPOINTS: 'http://localhost:3000/hook' });

    const { body } = await call(running, 'GET', 'gateways');
    expect(body.data).toMatchObject([{ source: 'configuration' }]);
    const path = `gateways/${encodeURIComponent(body.data[0].endpoint_id)}`;
    expect(await call(running, 'DELETE', path)).toMatchObject({
      status: 409,
      body: { error: 'configured' },
    });
  });

  it('of the configuration must be allowed, or the start says which is not', async () => {
    const started = start({ GATEWAY_ENDPOINTS: 'http://elsewhere.example/hook' });

    await expect(started).rejects.toThrow(/GATEWAY_ENDPOINT_HOSTS.*elsewhere\.example/s);
  });

  it('are no more than allowed', async () => {
    const running = await start({ GATEWAY_MAX_ENDPOINTS: '1' });
    await call(running, 'POST', 'gateways', { body: { endpoint: 'http://localhost:1/' } });

    expect(
      await call(running, 'POST', 'gateways', { body: { endpoint: 'http://localhost:2/' } }),
    ).toMatchObject({ status: 409, body: { error: 'too_many_endpoints' } });
  });
});

describe('the load', () => {
  it('is told over NATS by heartbeat, under one epoch, each newer than the one before', async () => {
    const heard = await pushes(notificationSubjectOf(DECIDE));
    await start({ GATEWAY_NOTIFY_HEARTBEAT_MS: '100' });

    await eventually(() => heard.length >= 3);

    const [first] = heard;
    expect(first).toMatchObject({
      type: 'backpressure_status',
      subject: DECIDE,
      status: 'inactive',
      effective_status: 'inactive',
      retry_after_seconds: 0,
      ttl_ms: 3000,
      credit: null,
    });
    expect(heard.map(({ seq }) => seq)).toEqual(heard.map((_, index) => index + 1));
    expect(new Set(heard.map(({ epoch }) => epoch)).size).toBe(1);
  });

  it('goes to endpoints when it changes, signed, the same as over NATS', async () => {
    const running = await start();
    const gateway = await aGateway();
    await eventually(() => leads(running));
    const heard = await pushes();
    await call(running, 'POST', 'gateways', { body: { endpoint: gateway.url } });

    await call(running, 'PUT', `backpressure/drills/${DECIDE}`, { body: DRILL });
    await eventually(() => gateway.told.some(({ status }) => status === 'active'));
    await call(running, 'DELETE', `backpressure/drills/${DECIDE}`);
    await eventually(() => gateway.told.at(-1)?.status === 'inactive');

    const active = gateway.told.find(({ status }) => status === 'active');
    expect(active).toMatchObject({ subject: DECIDE, retry_after_seconds: 30 });
    expect(heard).toContainEqual(active);
  });

  it('is kept in the record of what became of each delivery', async () => {
    const running = await start();
    const gateway = await aGateway();
    await eventually(() => leads(running));
    const { body } = await call(running, 'POST', 'gateways', { body: { endpoint: gateway.url } });
    const id = encodeURIComponent(body.data.endpoint_id);

    await call(running, 'PUT', `backpressure/drills/${DECIDE}`, { body: DRILL });

    await eventually(async () => {
      const { body: answer } = await call(running, 'GET', `gateways/${id}/deliveries`);
      expect(answer.data).toContainEqual(
        expect.objectContaining({
          subject: DECIDE,
          status: 'active',
          outcome: 'delivered',
          http_status: 204,
          failure: null,
          attempts: 1,
        }),
      );
    });
    expect((await call(running, 'GET', 'gateways/nobody/deliveries')).status).toBe(404);
  });

  it('is told with the credit as soon as a request is refused', async () => {
    const running = await start({ OVERLOAD_MODE: 'strict' });
    await eventually(() => leads(running));
    const heard = await pushes(notificationSubjectOf(DECIDE));
    await call(running, 'PUT', `backpressure/drills/${DECIDE}`, { body: DRILL });
    await eventually(() => heard.at(-1)?.status === 'active');
    expect(heard.at(-1)?.credit).toBeNull();

    await nc.request(DECIDE, 'never read', { timeout: 20_000 });

    await eventually(() => heard.at(-1)?.credit === 0);
    await call(running, 'DELETE', `backpressure/drills/${DECIDE}`);
    await eventually(() => heard.at(-1)?.credit === null);
    expect(heard.at(-1)?.status).toBe('inactive');
  });
});

describe('two replicas', () => {
  it('are led by one, and by the other under a greater epoch when that one is gone', async () => {
    const heard = await pushes(notificationSubjectOf(DECIDE));
    const a = await start({ ROUTER_REPLICA_ID: 'a' });
    const b = await start({ ROUTER_REPLICA_ID: 'b' });
    await eventually(() => leads(a));
    await eventually(() => heard.length >= 2);
    const epochOfA = heard[0]?.epoch ?? Infinity;

    // Like a crash: nobody is told of it.
    await a.router.link.close();
    await eventually(() => heard.some(({ epoch }) => epoch > epochOfA));

    expect(leads(b)).toBe(true);
    const epochs = heard.map(({ epoch }) => epoch);
    expect(epochs).toEqual(epochs.toSorted((x, y) => x - y));
  });

  it('share registrations', async () => {
    const a = await start({ ROUTER_REPLICA_ID: 'a' });
    const b = await start({ ROUTER_REPLICA_ID: 'b' });

    const body = { endpoint: 'http://localhost:3000/' };
    const registered = await call(a, 'POST', 'gateways', { body });

    await eventually(async () =>
      expect((await call(b, 'GET', 'gateways')).body.data).toEqual([registered.body.data]),
    );
  });

  it('remember registrations when all of them start anew', async () => {
    const a = await start();
    const body = { endpoint: 'http://localhost:3000/' };
    const registered = await call(a, 'POST', 'gateways', { body });
    await a.router.close();

    const b = await start();

    await eventually(async () =>
      expect((await call(b, 'GET', 'gateways')).body.data).toEqual([registered.body.data]),
    );
  });
});
