import { notificationSubjectOf } from '@beamline/contracts/core';
import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { createGateway } from './gateway.js';
import type { DecideOutcome, Gateway, GatewayOptions } from './gateway-types.js';

const REQUEST = { version: '1', tenant_id: 'acme', request_id: 'r1', task: { type: 'chat' } };
const CALL = { tenantId: 'acme' };
const DECIDED = '{"ok":true,"decision":{},"context":{}}';
const REFUSED: DecideOutcome = {
  kind: 'refused',
  error: {
    code: 'service_overloaded',
    message: 'full',
    details: {},
    intakeErrorCode: null,
    requestId: 'r-1',
    retryAfterMs: 2001,
  },
};

describe('a gateway without NATS', () => {
  it('lets everything in, hears nothing, and says that it is not connected', async () => {
    const gateway = createGateway({});
    gateway.start();

    expect(await gateway.decide(REQUEST, { ...CALL, timeoutMs: 50 })).toEqual({
      kind: 'unavailable',
      reason: 'disconnected',
    });
    expect(await gateway.status()).toBeUndefined();
    expect(gateway.view().status).toBe('unknown');
    await gateway.stop();
  });
});

describe('a gateway on a connection', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let gateway: Gateway;

  beforeEach(async () => {
    nats = await startTestNats();
    connection = await connect({ servers: nats.url });
  });

  afterEach(async () => {
    await gateway.stop();
    await connection.close();
    await nats.stop();
  });

  it('asks on its subject, also where look-ups and their settings are its own', async () => {
    connection.subscribe('orders.decide', {
      callback: (_error, message) => void message.respond(DECIDED),
    });
    gateway = createGateway({ nats: connection, subject: 'orders.decide', router: {} });

    expect((await gateway.decide(REQUEST, CALL)).kind).toBe('decided');
    expect((await gateway.router.decide(REQUEST, CALL)).kind).toBe('decided');
  });

  it('asks elsewhere where that is set', async () => {
    connection.subscribe('v2.decide', {
      callback: (_error, message) => void message.respond(DECIDED),
    });
    const router = { decideSubject: 'v2.decide' };
    gateway = createGateway({ nats: connection, subject: 'orders.decide', router });

    expect((await gateway.decide(REQUEST, CALL)).kind).toBe('decided');
  });

  it('follows no subject for having been looked at', async () => {
    gateway = createGateway({ nats: connection, maxSubjects: 1 });

    expect(gateway.view('somebody.else')).toMatchObject({ status: 'unknown', pushesLost: true });
    expect(() => gateway.admission('somebody.else')).toThrow('follows at most 1 subjects');
  });

  it('says what to answer while its router is active, and spends nothing on that', async () => {
    gateway = createGateway({ nats: connection, refusalStatus: 503 });
    gateway.start();
    const gate = gateway.admission();
    expect(gate.look()).toBeUndefined();
    const load = { status: 'active', effective_status: 'active', retry_after_seconds: 7 };
    const push = { type: 'backpressure_status', subject: gate.subject, ...load };
    connection.publish(notificationSubjectOf(gate.subject), JSON.stringify(push));

    const refusal = await eventually(() => {
      const found = gate.look({ 'x-criticality': 'sheddable' });
      if (found === undefined) throw new Error('the push has not come');
      return found;
    });

    const { status, headers, body } = refusal.http();
    expect([status, headers['retry-after'], headers['overload-state']]).toEqual([
      503,
      '7',
      'active',
    ]);
    expect(JSON.parse(String(body)).error.details).toEqual({
      subject: gate.subject,
      criticality: 'sheddable',
      reason: 'active',
      state: 'active',
      retryable: true,
      retry_after_ms: 7000,
    });
  });
});

describe('the answer to a caller', () => {
  const gateway = createGateway({ refusalStatus: 503 });

  it('is the decision byte for byte, with the ids of its request', () => {
    const body = Buffer.from('{"ok":true}');

    const answer = gateway.answer({ kind: 'decided', body }, { 'x-trace-id': 't-1' });

    expect(answer).toMatchObject({ status: 200, headers: { 'x-trace-id': 't-1' } });
    expect(answer.body).toBe(body);
  });

  it('is of one status, whoever refuses, and says when to come back', () => {
    const { status, headers } = gateway.answer(REFUSED);

    expect([status, headers['retry-after']]).toEqual([503, '3']);
    expect(createGateway({}).answer(REFUSED).status).toBe(429);
  });

  it('is the gateway’s own refusal where the router was not asked', () => {
    const refusal = { http: () => ({ status: 418, headers: {}, body: '' }) };

    expect(gateway.answer({ kind: 'shed', refusal } as never).status).toBe(418);
  });

  it('is 503 where no router answered', () => {
    expect(gateway.answer({ kind: 'unavailable', reason: 'timeout' }).status).toBe(503);
  });
});

it('a listener that throws harms neither the request nor the others, and is told of once', async () => {
  const types: string[] = [];
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const fail = (): void => {
    throw new Error('a bug of the listener');
  };
  const gateway = createGateway({ observe: fail });
  gateway.onEvent(fail);
  gateway.onEvent(({ type }) => types.push(type));

  await gateway.decide(REQUEST, { ...CALL, timeoutMs: 50 });
  await gateway.decide(REQUEST, { ...CALL, timeoutMs: 50 });

  expect(warn.mock.calls).toEqual([[expect.stringContaining('a bug of the listener')]]);
  warn.mockRestore();
  expect(types.filter((type) => type === 'router-asked').length).toBeGreaterThanOrEqual(2);
});

it.each([Number.NaN, Infinity])('takes no patience of %d for a deadline', (timeoutMs) => {
  const entry = createGateway({}).admission().admit({ timeoutMs });

  expect(entry).toMatchObject({ admitted: true, ticket: { wish: { timeoutMs: undefined } } });
});

it.each<[string, object, string]>([
  [
    'subjects without end',
    { maxSubjects: Number.NaN },
    'Gateway maxSubjects must be ≥ 1 (got NaN)',
  ],
  ['a status of its own', { refusalStatus: 500 }, 'refusalStatus must be 429 or 503 (got 500)'],
  ['a body of its own', { refusalBody: 'html' }, 'refusalBody must be error or problem (got html)'],
  ['an unheard mode', { admission: { mode: 'off' } }, 'mode must be credit or contract (got off)'],
])('is not made with %s', (...[, options, message]) => {
  expect(() => createGateway(options as GatewayOptions)).toThrow(message);
});
