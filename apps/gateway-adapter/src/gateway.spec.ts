import { loadGatewayConfig } from '@beamline/config';
import { metricsPageProblems } from '@beamline/metrics';
import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import type { LoggerService } from '@nestjs/common';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { type RunningGateway, startGateway } from './start-gateway.js';

const PATH = '/api/v1/routes/decide';
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const REQUEST = {
  version: '1',
  tenant_id: 'acme',
  request_id: 'r1',
  task: { type: 'chat', payload: { text: 'hello' } },
};
const DECISION = { ok: true, decision: { provider_id: 'p1' }, context: { request_id: 'r1' } };

const silent: LoggerService = {
  log: () => undefined,
  error: () => undefined,
  warn: () => undefined,
};

type Body = string | Uint8Array<ArrayBuffer>;

let nats: TestNats;
let router: NatsConnection;
let gateway: RunningGateway;

const listen = (answer: (message: Msg) => void, subject = 'beamline.router.v1.decide') => {
  router.subscribe(subject, { callback: (_error, message) => answer(message) });
  return router.flush();
};
const answerWith = (reply: unknown, subject?: string) =>
  listen((message) => message.respond(JSON.stringify(reply)), subject);

const post = (body: Body, headers: Record<string, string> = {}, path = PATH) =>
  fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
const decide = (headers?: Record<string, string>) => post(JSON.stringify(REQUEST), headers);
const read = async (response: Response): Promise<any> => response.json();

const start = async (env: Record<string, string> = {}): Promise<RunningGateway> => {
  const config = loadGatewayConfig({
    NATS_URL: nats.url,
    GATEWAY_PORT: '0',
    NATS_RECONNECT_DELAY_MS: '20',
    NATS_MAX_RECONNECT_DELAY_MS: '50',
    ...env,
  });
  return startGateway(config, { logger: silent, observeNats: () => undefined });
};

beforeEach(async () => {
  nats = await startTestNats();
  router = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });
  gateway = await start();
  await gateway.connected;
});

afterEach(async () => {
  await gateway.stop();
  await router.close();
  await nats.stop();
});

describe('POST decide', () => {
  it("answers with the router's own words", async () => {
    await answerWith(DECISION);

    const response = await decide();

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await read(response)).toEqual(DECISION);
  });

  it('takes the trace of the caller along and back', async () => {
    let headers: Msg['headers'];
    await listen((message) => {
      headers = message.headers;
      message.respond(JSON.stringify(DECISION));
    });

    const response = await decide({ 'x-trace-id': 'trace-7', traceparent: TRACEPARENT });

    expect(response.headers.get('x-trace-id')).toBe('trace-7');
    expect(response.headers.get('traceparent')).toBe(TRACEPARENT);
    expect(headers?.get('trace_id')).toBe('trace-7');
    expect(headers?.get('traceparent')).toBe(TRACEPARENT);
    expect(headers?.get('span_id')).toBe('00f067aa0ba902b7');
  });

  it('answers an error of the router with its HTTP status', async () => {
    const error = { code: 'policy_not_found', message: 'no', details: {}, intake_error_code: null };
    await answerWith({ ok: false, error, context: { request_id: 'r1' } });

    const response = await decide({ 'x-trace-id': 't1' });

    expect(response.status).toBe(404);
    expect(await read(response)).toEqual({
      ok: false,
      error,
      context: { request_id: 'r1', trace_id: 't1', tenant_id: 'acme' },
    });
  });
});

describe('a broken request', () => {
  it.each<[string, Body, Record<string, string>, number]>([
    ['an empty body', '', {}, 400],
    ['broken JSON', '{"version":', {}, 400],
    ['a depth bomb', '['.repeat(60_000), {}, 400],
    ['another content type', 'x', { 'content-type': 'text/plain' }, 415],
    ['a body over the limit', `"${'x'.repeat(70_000)}"`, {}, 413],
  ])('%s is refused', async (_what, body, headers, status) => {
    const response = await post(body, headers);

    expect(response.status).toBe(status);
    expect(response.headers.get('traceparent')).toMatch(/^00-/);
    expect(await read(response)).toEqual({
      ok: false,
      error: {
        code: 'invalid_request',
        message: expect.any(String),
        intake_error_code: null,
        details: expect.anything(),
      },
      context: { request_id: null, trace_id: expect.any(String), tenant_id: null },
    });
  });

  it.each([
    ['GET', '/nowhere', 404],
    ['DELETE', PATH, 404],
    ['GET', `${PATH}/%zz`, 400],
    ['GET', `${PATH}/${'x'.repeat(2000)}`, 414],
  ])('%s %s is answered in the same shape', async (method, path, status) => {
    const response = await fetch(gateway.url + path, { method });

    expect(response.status).toBe(status);
    expect(await read(response)).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
  });

  it('is answered even when it is not HTTP', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connectSocket(Number(port), hostname);
    socket.write('NONSENSE\r\n\r\n');
    const [answer] = await once(socket, 'data');
    socket.destroy();

    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(String(answer)).toContain('{"ok":false,"error":{"code":"invalid_request"');
  });
});

describe('GET decide/:messageId', () => {
  it('answers with the recorded decision of the tenant', async () => {
    let asked: unknown;
    await listen((message) => {
      asked = message.json();
      message.respond(JSON.stringify(DECISION));
    }, 'beamline.router.v1.get_decision');

    const response = await fetch(`${gateway.url}${PATH}/r%2F1`, {
      headers: { 'x-tenant-id': 'acme' },
    });

    expect(response.status).toBe(200);
    expect(asked).toEqual({ message_id: 'r/1', tenant_id: 'acme' });
    expect(await read(response)).toEqual(DECISION);
  });

  it('answers 404 for one that is not known', async () => {
    const error = {
      code: 'decision_not_found',
      message: 'no',
      details: {},
      intake_error_code: null,
    };
    await answerWith({ ok: false, error, context: {} }, 'beamline.router.v1.get_decision');

    const response = await fetch(`${gateway.url}${PATH}/r1`, { headers: { 'x-tenant-id': 'a' } });

    expect(response.status).toBe(404);
    expect(await read(response)).toMatchObject({ error, context: { request_id: 'r1' } });
  });
});

describe('without a router', () => {
  it('answers 503 at once when nobody listens', async () => {
    const response = await decide();

    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await read(response)).toMatchObject({
      error: { code: 'unavailable', message: 'no router is listening' },
      context: { request_id: 'r1', tenant_id: 'acme' },
    });
  });

  it('answers 503 while NATS is gone, says so in its health, and comes back by itself', async () => {
    await answerWith(DECISION);
    await nats.kill();
    await eventually(async () => (await fetch(`${gateway.url}/health/ready`)).status === 503);

    const away = await decide();
    const alive = await fetch(`${gateway.url}/health/live`);
    await nats.restart();

    expect(away.status).toBe(503);
    expect((await read(away)).error.code).toBe('unavailable');
    expect(alive.status).toBe(200);
    await eventually(async () => (await decide()).status === 200);
  });
});

describe('health and metrics', () => {
  it.each(['/health', '/_health', '/health/ready', '/health/live'])('%s is up', async (path) => {
    const response = await fetch(gateway.url + path);

    expect(response.status).toBe(200);
    expect(await read(response)).toMatchObject({ status: 'ok' });
  });

  it.each(['/metrics', '/_metrics'])('%s counts requests by route and outcome', async (path) => {
    await answerWith(DECISION);
    await decide();
    await fetch(`${gateway.url}/nowhere`);

    const response = await fetch(gateway.url + path);
    const page = await response.text();

    expect(response.headers.get('content-type')).toMatch('text/plain');
    expect(page).toContain('gateway_http_requests_total{route="decide",status="200"} 1');
    expect(page).toContain('gateway_http_requests_total{route="other",status="404"} 1');
    expect(page).toContain('gateway_nats_requests_total{operation="decide",outcome="decided"} 1');
    expect(page).toContain('gateway_http_request_duration_seconds_count{route="decide"} 1');
    expect(page).toContain('gateway_nats_connected 1');
    const problems = metricsPageProblems(page);
    expect(problems.filter((problem) => problem.includes('gateway_'))).toEqual([]);
  });
});

describe('stopping', () => {
  it('answers what it has accepted, and says that it wants no more', async () => {
    let answer: (() => void) | undefined;
    await listen((message) => (answer = () => message.respond(JSON.stringify(DECISION))));
    const accepted = decide();
    await eventually(() => answer !== undefined);

    const stopped = gateway.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    answer?.();

    expect((await accepted).status).toBe(200);
    await stopped;
    await expect(decide()).rejects.toThrow('fetch failed');
  });

  it('keeps serving while readiness already says no', async () => {
    await gateway.stop();
    gateway = await start({ SHUTDOWN_DRAIN_MS: '300' });
    await gateway.connected;
    await answerWith(DECISION);

    const stopped = gateway.stop();
    const ready = await fetch(`${gateway.url}/health/ready`);
    const served = await decide();

    expect(ready.status).toBe(503);
    expect((await read(ready)).error).toMatchObject({ draining: { status: 'down' } });
    expect(served.status).toBe(200);
    await stopped;
  });

  it('cuts off a client that never finishes its request', async () => {
    await gateway.stop();
    gateway = await start({ SHUTDOWN_GRACE_MS: '200' });
    const { hostname, port } = new URL(gateway.url);
    const socket = connectSocket(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`);
    socket.write('content-length: 100\r\n\r\n{');
    await new Promise((resolve) => setTimeout(resolve, 50));

    await gateway.stop();

    await expect(fetch(`${gateway.url}/health/live`)).rejects.toThrow('fetch failed');
    socket.destroy();
  });
});
