import { type GatewayNotificationDocument, notificationSubjectOf } from '@beamline/contracts/core';
import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import type { GatewayEvent } from '../core/gateway.events.js';
import { createGateway } from './gateway.js';
import type { Gateway, GatewayOptions } from './gateway-types.js';

const DECIDE = 'beamline.router.v1.decide';
const STATUS = 'beamline.router.v1.status.backpressure';
const REQUEST = { version: '1', tenant_id: 'acme', request_id: 'r1', task: { type: 'chat' } };
const CALL = { tenantId: 'acme' };
const DECIDED = '{"ok":true,"decision":{"provider_id":"p1"},"context":{"request_id":"r1"}}';
const OVERLOADED =
  '{"ok":false,"error":{"code":"service_overloaded","message":"m","details":{"retry_after_ms":60000,"retryable":true}},"context":{}}';

const seen = recorder<GatewayEvent>();
let nats: TestNats;
let ours: NatsConnection;
let routers: NatsConnection;
let gateway: Gateway;

const gatewayWith = (options: Partial<GatewayOptions> = {}): Gateway =>
  createGateway({
    nats: { connection: ours, isConnected: true },
    observe: seen.observe,
    ...options,
  });

const serve = (subject: string, answer: (message: Msg) => void): Promise<void> => {
  routers.subscribe(subject, { callback: (_error, message) => answer(message) });
  return routers.flush();
};

const notification = (
  changes: Partial<GatewayNotificationDocument>,
): GatewayNotificationDocument => ({
  type: 'backpressure_status',
  status: 'inactive',
  subject: DECIDE,
  metrics: { pending_messages: 0, latency_p95_ms: 0, inflight_messages: 0 },
  timestamp: 1_700_000_000_000,
  retry_after_seconds: 0,
  effective_status: 'inactive',
  epoch: 1,
  seq: 1,
  ttl_ms: 3000,
  credit: null,
  ...changes,
});

const push = (changes: Partial<GatewayNotificationDocument>): void =>
  routers.publish(notificationSubjectOf(DECIDE), JSON.stringify(notification(changes)));

const refusalsOf = (count: number): number =>
  Array.from({ length: count }, () => gateway.admission().admit()).filter(
    (entry) => !entry.admitted,
  ).length;

beforeEach(async () => {
  seen.clear();
  nats = await startTestNats();
  ours = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });
  routers = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });
  gateway = gatewayWith();
});

afterEach(async () => {
  await gateway.stop();
  await ours.close();
  await routers.close();
  await nats.stop();
});

describe('a gateway', () => {
  it('lets everything in until it hears something', () => {
    gateway.start();

    expect(refusalsOf(1000)).toBe(0);
    expect(gateway.view()).toMatchObject({ status: 'unknown', pushesLost: true });
  });

  it('sends no more than the credit a push tells, and everything again when a push takes it back', async () => {
    gateway.start();
    await ours.flush();
    push({ status: 'active', effective_status: 'active', credit: 0, seq: 1 });
    await eventually(() => gateway.view().routerCredit === 0);
    const refused = refusalsOf(1000);
    push({ credit: null, seq: 2 });
    await eventually(() => gateway.view().routerCredit === null);

    expect(refused).toBeGreaterThan(900);
    expect(gateway.view()).toMatchObject({ status: 'inactive', source: 'push' });
  });

  it('asks for a decision, and tells how a request was let in', async () => {
    const headers: string[] = [];
    await serve(DECIDE, (message) => {
      headers.push(message.headers?.get('x-criticality') ?? '');
      message.respond(DECIDED);
    });

    const outcome = await gateway.decide(REQUEST, { ...CALL, criticality: 'sheddable' });

    expect(outcome.kind).toBe('decided');
    expect(headers).toEqual(['sheddable']);
  });

  it('sheds what admission refuses without asking the router', async () => {
    let asked = 0;
    await serve(DECIDE, (message) => {
      asked += 1;
      message.respond(DECIDED);
    });
    gateway = gatewayWith({ admission: { mode: 'contract' } });
    gateway.start();
    await ours.flush();
    push({ status: 'active', effective_status: 'active', retry_after_seconds: 7 });
    await eventually(() => gateway.view().status === 'active');

    const outcome = await gateway.decide(REQUEST, CALL);

    expect(outcome).toMatchObject({ kind: 'shed', refusal: { verdict: { reason: 'active' } } });
    expect(asked).toBe(0);
  });

  it('hands a refusal of the router back when its time lies too far ahead', async () => {
    await serve(DECIDE, (message) => message.respond(OVERLOADED));

    const outcome = await gateway.decide(REQUEST, CALL);

    expect(outcome).toMatchObject({ kind: 'refused', error: { retryAfterMs: 60_000 } });
  });

  it('settles the ticket of who came with one, and asks for no second admission', async () => {
    await serve(DECIDE, (message) => message.respond(DECIDED));
    const entry = gateway.admission().enter({ 'x-attempt': '2', 'x-timeout-ms': '700' });
    if (!entry.admitted) throw new Error('refused');
    const { ticket } = entry;

    const outcome = await gateway.decide(REQUEST, { ...CALL, ticket });

    expect(outcome.kind).toBe('decided');
    expect(ticket).toMatchObject({
      isSettled: true,
      wish: { attempt: 2, timeoutMs: 700 },
      subject: DECIDE,
    });
  });

  it('gives the router as long as it may take, unless the call or its caller says otherwise', async () => {
    const patience: number[] = [];
    await serve(DECIDE, (message) => {
      patience.push(Number(message.headers?.get('x-timeout-ms')));
      message.respond(DECIDED);
    });
    gateway = gatewayWith({ router: { timeoutMs: 30_000 } });
    const entry = gateway.admission().admit({ timeoutMs: 20_000 });
    if (!entry.admitted) throw new Error('refused');

    await gateway.decide(REQUEST, CALL);
    await gateway.decide(REQUEST, { ...CALL, ticket: entry.ticket });
    await gateway.decide(REQUEST, { ...CALL, timeoutMs: 10_000 });

    expect(patience.map((ms) => Math.ceil(ms / 10_000))).toEqual([3, 2, 1]);
  });

  it('answers a status query with the document of the router', async () => {
    await serve(STATUS, (message) =>
      message.respond(JSON.stringify({ success: true, data: { ...message.json<object>(), a: 1 } })),
    );

    expect(await gateway.status()).toEqual({ subject: DECIDE, a: 1 });
    expect(await gateway.status('other')).toEqual({ subject: 'other', a: 1 });
  });

  it('gives the same door for the same subject, and no more than it may', () => {
    gateway = gatewayWith({ maxSubjects: 2 });

    expect(gateway.admission('a.b')).toBe(gateway.admission('a.b'));
    expect(() => gateway.admission('c')).toThrow('a gateway follows at most 2 subjects');
  });

  it.each([
    ['none', ''],
    ['one with a space', 'a b'],
    ['one with a wildcard', 'a.*'],
    ['one with an empty token', 'a..b'],
    ['one of 1024 characters', 'x'.repeat(1024)],
  ])('refuses as its subject %s', (...[, subject]) => {
    expect(() => gateway.admission(subject)).toThrow('a subject must have 1 to 1023 characters');
  });

  it('tells listeners until they leave', async () => {
    const types: string[] = [];
    const leave = gateway.onEvent(({ type }) => types.push(type));
    await gateway.decide(REQUEST, { ...CALL, timeoutMs: 50 });
    leave();
    const heard = types.length;
    await gateway.decide(REQUEST, { ...CALL, timeoutMs: 50 });

    expect(types).toContain('router-asked');
    expect(types).toHaveLength(heard);
  });
});

it('waits for no caller longer than the router may take', () => {
  gateway = gatewayWith({ router: { timeoutMs: 2000 } });

  const entries = ['700', '86400000', 'soon'].map((timeoutMs) =>
    gateway.admission().enter({ 'x-timeout-ms': timeoutMs }),
  );

  expect(entries).toMatchObject([
    { ticket: { wish: { timeoutMs: 700 } } },
    { ticket: { wish: { timeoutMs: 2000 } } },
    { ticket: { wish: { timeoutMs: undefined } } },
  ]);
});

describe('who may call a request critical', () => {
  it.each([
    ['nobody unless it is said', undefined, 'default'],
    ['whom the gateway trusts', () => true, 'critical'],
  ])('is %s', (...[, mayRaise, criticality]) => {
    gateway = gatewayWith(mayRaise ? { mayRaise } : {});

    const entry = gateway.admission().enter({ 'x-criticality': 'critical' });

    expect(entry).toMatchObject({ admitted: true, ticket: { criticality } });
  });

  it('is no question for those who ask for less', () => {
    const entry = gateway.admission().enter({ 'x-criticality': 'sheddable' });

    expect(entry).toMatchObject({ admitted: true, ticket: { criticality: 'sheddable' } });
  });
});
