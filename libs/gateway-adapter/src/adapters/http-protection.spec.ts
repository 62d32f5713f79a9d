import { eventually, ScriptedGateway } from '@beamline/testing';
import express from 'express';
import fastify from 'fastify';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  receiveNotifications as receiveInExpress,
  routerProtected as inExpress,
  sendAnswer as sendInExpress,
} from './express.js';
import {
  receiveNotifications as receiveInFastify,
  routerProtected as inFastify,
  sendAnswer as sendInFastify,
} from './fastify.js';
import { createGateway } from './gateway.js';
import type { GatewayTicket } from './gateway-types.js';
import { ticketOf } from './request-ticket.js';

/** What the handler of a test answers with. */
interface Scripted {
  status: number;
  retryAfter: string | undefined;
  onTicket: (ticket: GatewayTicket | undefined) => void;
}

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const ANSWER = { status: 201, headers: { 'x-of': 'gateway' }, body: Buffer.from('{"ok":true}') };
let gateway: ScriptedGateway;
let handled: number;
let script: Scripted;
let close: () => Promise<void>;

async function startExpress(): Promise<string> {
  const app = express();
  const protect = inExpress(gateway, { subject: 'orders' });
  app.post('/api/v1/backpressure/notifications', receiveInExpress(gateway));
  app.post('/parsed', express.json(), receiveInExpress(gateway));
  app.post('/raw', express.raw({ type: 'application/json' }), receiveInExpress(gateway));
  app.get('/answer', (_request, response) => sendInExpress(response, ANSWER));
  app.get('/orders', protect, protect, (request, response) => {
    handled += 1;
    script.onTicket(ticketOf(request));
    if (script.retryAfter) response.setHeader('retry-after', script.retryAfter);
    response.status(script.status).send('done');
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return urlOf(server);
}

async function startFastify(): Promise<string> {
  const app = fastify();
  const protect = inFastify(gateway, { subject: 'orders' });
  await app.register(receiveInFastify(gateway));
  app.post('/json', (request, reply) => reply.send(request.body));
  app.get('/answer', (_request, reply) => sendInFastify(reply, ANSWER));
  app.get('/orders', { onRequest: [protect], preHandler: [protect] }, (request, reply) => {
    handled += 1;
    script.onTicket(ticketOf(request));
    if (script.retryAfter) reply.header('retry-after', script.retryAfter);
    return reply.code(script.status).send('done');
  });
  close = () => app.close();
  return app.listen({ host: '127.0.0.1', port: 0 });
}

async function startNode(): Promise<string> {
  const protect = inExpress(gateway, { subject: 'orders' });
  const server = createServer((request, response) => {
    protect(request, response, () => {
      handled += 1;
      script.onTicket(ticketOf(request));
      if (script.retryAfter) response.setHeader('retry-after', script.retryAfter);
      response.writeHead(script.status).end('done');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return urlOf(server);
}

function urlOf(server: Server): string {
  close = () => new Promise((resolve) => server.close(() => resolve()));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

beforeEach(() => {
  gateway = new ScriptedGateway();
  handled = 0;
  script = { status: 200, retryAfter: undefined, onTicket: () => undefined };
});

afterEach(() => close());

describe.each([
  ['Express', startExpress],
  ['Fastify', startFastify],
  ['plain node:http', startNode],
])('a route of %s', (_name, start) => {
  let url: string;

  beforeEach(async () => {
    url = await start();
  });

  it('is served when the request is let in, which is asked once', async () => {
    const response = await fetch(`${url}/orders`, { headers: { 'x-criticality': 'critical' } });

    expect([response.status, await response.text()]).toEqual([200, 'done']);
    expect(gateway.entered).toMatchObject([
      { subject: 'orders', headers: { 'x-criticality': 'critical' } },
    ]);
  });

  it('is not reached when the request is refused', async () => {
    gateway.refuse();

    const response = await fetch(`${url}/orders`);

    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(await response.json()).toMatchObject({ error: { code: 'service_overloaded' } });
    expect([handled, gateway.settled]).toEqual([0, []]);
  });

  it.each([
    [200, undefined, 'accepted'],
    [404, undefined, 'accepted'],
    [500, undefined, 'accepted'],
    [429, '7', 'refused'],
    [429, undefined, 'refused'],
    [503, '2', 'refused'],
    [503, undefined, 'failed'],
    [504, undefined, 'failed'],
  ])('that answers %i, Retry-After %s, settles as %s', async (...expected) => {
    const [status, retryAfter, outcome] = expected;
    Object.assign(script, { status, retryAfter });

    await (await fetch(`${url}/orders`)).text();

    await eventually(() => gateway.settled.length === 1);
    expect(gateway.settled).toEqual([outcome]);
  });

  it('may settle its ticket itself, and its word counts', async () => {
    script.onTicket = (ticket) => ticket?.settle('refused');

    await (await fetch(`${url}/orders`)).text();
    await (await fetch(`${url}/orders`)).text();

    expect(gateway.settled).toEqual(['refused', 'refused']);
  });
});

describe.each([
  ['Express', startExpress],
  ['Fastify', startFastify],
])('on %s', (_name, start) => {
  it('a notification reaches the gateway byte for byte', async () => {
    const url = await start();
    const body = '{ "type":"backpressure_status",  "ä": 1 }';

    const response = await post(`${url}/api/v1/backpressure/notifications`, body);

    expect([response.status, response.headers.get('x-trace-id')]).toEqual([204, 't-1']);
    expect(gateway.received.map(String)).toEqual([body]);
  });

  it('a notification of 64 KiB is read, and one that is longer refused in the words of the gateway', async () => {
    const url = await start();
    const receiver = createGateway({ webhook: { secrets: [SECRET] } });
    gateway.receive = (headers, body) => receiver.receive(headers, body);
    const send = async (length: number) => {
      const response = await post(`${url}/api/v1/backpressure/notifications`, 'x'.repeat(length));
      const { error }: any = await response.json();
      return [response.status, error.details.problem];
    };

    expect(await send(65_536)).toEqual([400, 'headers_missing']);
    expect(await send(65_537)).toEqual([413, 'body_too_large']);
  });

  it('an answer of the gateway is sent as it is', async () => {
    const url = await start();

    const response = await fetch(`${url}/answer`);

    expect([response.status, response.headers.get('x-of')]).toEqual([201, 'gateway']);
    expect(await response.text()).toBe('{"ok":true}');
  });
});

it('bytes that a raw parser has read are a notification as well', async () => {
  const url = await startExpress();

  expect((await post(`${url}/raw`, '{"a": 1}')).status).toBe(204);
  expect(gateway.received.map(String)).toEqual(['{"a": 1}']);
});

it('a parsed body is no notification any more, and who mounted the parser hears why', async () => {
  const url = await startExpress();

  const response = await post(`${url}/parsed`, '{"a":1}');

  expect(response.status).toBe(500);
  expect(gateway.received).toEqual([]);
});

it('the other routes of a Fastify application keep their parser', async () => {
  const url = await startFastify();

  expect(await (await post(`${url}/json`, '{"a": 1}')).json()).toEqual({ a: 1 });
});

it('a caller who leaves before the answer settles nothing', async () => {
  let isOver = false;
  const protect = inExpress(gateway);
  const server = createServer((request, response) => {
    protect(request, response, () => undefined);
    response.once('close', () => (isOver = true));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const caller = httpRequest(urlOf(server));
  caller.once('error', () => undefined);
  caller.end();

  await eventually(() => gateway.entered.length === 1);
  caller.destroy();
  await eventually(() => isOver);

  expect(gateway.settled).toEqual([]);
});

function post(url: string, body: string): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
}
