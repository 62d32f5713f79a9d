import { startTestNats, type TestNats } from '@beamline/testing';
import {
  connect,
  headers as natsHeaders,
  type Msg,
  type NatsConnection,
} from '@nats-io/transport-node';
import { RouterClient } from './router-client.js';

const REQUEST = { version: '1', tenant_id: 'acme', request_id: 'r1', task: { type: 'chat' } };
const REFUSED =
  '{"ok":false,"error":{"code":"service_overloaded","message":"m","details":{"retry_after_ms":900,"retryable":true,"state":"warning"}},"context":{}}';

let nats: TestNats;
let ours: NatsConnection;
let routers: NatsConnection;
let client: RouterClient;

const router = (answer: (message: Msg) => void): Promise<void> => {
  const callback = (_error: unknown, message: Msg): void => answer(message);
  routers.subscribe('beamline.router.v1.decide', { callback });
  return routers.flush();
};

beforeEach(async () => {
  nats = await startTestNats();
  ours = await connect({ servers: nats.url });
  routers = await connect({ servers: nats.url });
  client = new RouterClient({ connection: ours, isConnected: true });
});

afterEach(async () => {
  await client.close();
  await ours.close();
  await routers.close();
  await nats.stop();
});

it('tells the router how much a request matters, how often it was tried and how long it waits', async () => {
  const headers: string[] = [];
  await router((message) => {
    for (const name of ['x-criticality', 'x-attempt', 'x-timeout-ms']) {
      headers.push(message.headers?.get(name) ?? '');
    }
    message.respond('{"ok":true,"decision":{}}');
  });

  await client.decide(REQUEST, {
    tenantId: 'acme',
    criticality: 'sheddable',
    attempt: 2,
    timeoutMs: 7_000.5,
  });

  expect(headers).toEqual(['sheddable', '2', '7001']);
});

it.each([
  [
    'in its headers first',
    { 'Retry-After-Ms': '1500', 'Overload-Retryable': 'false', 'Overload-State': 'active' },
    { retryAfterMs: 1500, retryable: false, state: 'active' },
  ],
  [
    'in its body where the headers say nothing sensible',
    { 'Retry-After-Ms': 'soon', 'Overload-Retryable': '?', 'Overload-State': 'on fire' },
    { retryAfterMs: 900, retryable: true, state: 'warning' },
  ],
  ['in its body', {}, { retryAfterMs: 900, retryable: true, state: 'warning' }],
])('reads from a refusal when to come back: %s', async (...[, told, expected]) => {
  await router((message) => {
    const headers = natsHeaders();
    for (const [name, value] of Object.entries(told)) headers.set(name, value);
    message.respond(REFUSED, { headers });
  });

  const answer = await client.decide(REQUEST, { tenantId: 'acme' });

  expect(answer).toMatchObject({ kind: 'refused', error: expected });
});
