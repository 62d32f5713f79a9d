import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import type { GatewayEvent } from '../core/gateway.events.js';
import type { RouterAnswer } from '../core/router-answer.js';
import { RouterClient, type RouterClientOptions } from './router-client.js';

const DECIDED = '{"ok":true,"decision":{"provider_id":"p1"},"context":{"request_id":"r1"}}';
const REQUEST = { version: '1', tenant_id: 'acme', request_id: 'r1', task: { type: 'chat' } };
const DECIDE = 'beamline.router.v1.decide';

let nats: TestNats;
let ours: NatsConnection;
let routers: NatsConnection;
let client: RouterClient;
const seen = recorder<GatewayEvent>();

const clientWith = (options: RouterClientOptions = {}): RouterClient =>
  new RouterClient({ connection: ours, isConnected: true }, options, seen.observe);

const router = (answer: (message: Msg) => void, subject = DECIDE): Promise<void> => {
  routers.subscribe(subject, { callback: (_error, message) => answer(message) });
  return routers.flush();
};

const reasonOf = (answer: RouterAnswer): string =>
  answer.kind === 'unavailable' ? answer.reason : answer.kind;

beforeEach(async () => {
  seen.clear();
  nats = await startTestNats();
  ours = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });
  routers = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });
  client = clientWith();
});

afterEach(async () => {
  await client.close();
  await ours.close();
  await routers.close();
  await nats.stop();
});

describe('asking for a decision', () => {
  it('sends bytes untouched and hands the answer back untouched', async () => {
    const request = new TextEncoder().encode('{ "version":"1" , "x" : "ü" }');
    let received: Uint8Array = new Uint8Array();
    await router((message) => {
      received = message.data;
      message.respond(DECIDED);
    });

    const answer = await client.decide(request, { tenantId: 'acme' });

    expect(Buffer.from(received)).toEqual(Buffer.from(request));
    expect(answer.kind === 'decided' && Buffer.from(answer.body).toString()).toBe(DECIDED);
  });

  it('carries tenant, trace and idempotency key as headers', async () => {
    const headers = new Map<string, string>();
    await router((message) => {
      for (const name of message.headers?.keys() ?? []) {
        headers.set(name, message.headers?.get(name) ?? '');
      }
      message.respond(DECIDED);
    });

    await client.decide(REQUEST, {
      tenantId: 'acme',
      traceId: 't-1',
      traceparent: 'tp',
      spanId: 's-1',
      idempotencyKey: 'k-1',
    });

    expect(Object.fromEntries(headers)).toEqual({
      version: '1',
      tenant_id: 'acme',
      trace_id: 't-1',
      traceparent: 'tp',
      span_id: 's-1',
      idempotency_key: 'k-1',
      'x-timeout-ms': '5000',
    });
  });

  it('gives every one of 500 concurrent callers its own answer', async () => {
    await router((message) => {
      const { request_id } = message.json<{ request_id: string }>();
      setTimeout(() => message.respond(`{"ok":true,"id":"${request_id}"}`), Math.random() * 20);
    });

    const ids = Array.from({ length: 500 }, (_, index) => `r${index}`);
    const answers = await Promise.all(
      ids.map((request_id) => client.decide({ ...REQUEST, request_id }, { tenantId: 'acme' })),
    );

    const got = answers.map((answer) =>
      answer.kind === 'decided' ? JSON.parse(Buffer.from(answer.body).toString()).id : answer,
    );
    expect(got).toEqual(ids);
    expect(client.inFlight).toBe(0);
  });

  it('tells an error of the router apart from a decision', async () => {
    await router((message) =>
      message.respond(
        '{"ok":false,"error":{"code":"policy_not_found","message":"no such policy","details":{"a":1},"intake_error_code":null},"context":{"request_id":"r1"}}',
      ),
    );

    const answer = await client.decide(REQUEST, { tenantId: 'acme' });

    expect(answer).toEqual({
      kind: 'refused',
      error: {
        code: 'policy_not_found',
        message: 'no such policy',
        details: { a: 1 },
        intakeErrorCode: null,
        requestId: 'r1',
      },
    });
  });

  it('refuses a header that would forge another one', async () => {
    const forged = client.decide(REQUEST, { tenantId: 'acme\r\ntenant_id: other' });

    await expect(forged).rejects.toThrow('the header tenant_id cannot hold a line break');
    expect(client.inFlight).toBe(0);
  });
});

describe('asking for an earlier decision', () => {
  it('names message and tenant', async () => {
    let asked: unknown;
    await router((message) => {
      asked = message.json();
      message.respond(DECIDED);
    }, 'beamline.router.v1.get_decision');

    const answer = await client.getDecision('r1', { tenantId: 'acme' });

    expect(asked).toEqual({ message_id: 'r1', tenant_id: 'acme' });
    expect(answer.kind).toBe('decided');
  });
});

describe('failing', () => {
  it('says so at once when nobody listens', async () => {
    const answer = await client.decide(REQUEST, { tenantId: 'acme', timeoutMs: 60_000 });

    expect(reasonOf(answer)).toBe('no_responders');
  });

  it('gives up when the router is silent, and ignores the answer that comes later', async () => {
    let late: (() => void) | undefined;
    await router((message) => (late = () => message.respond(DECIDED)));

    const answer = await client.decide(REQUEST, { tenantId: 'acme', timeoutMs: 30 });
    late?.();
    await routers.flush();
    await ours.flush();

    expect(reasonOf(answer)).toBe('timeout');
    expect(seen.types()).toEqual(['router-asked', 'late-reply']);
  });

  it('refuses at once what exceeds the requests in flight, and serves again afterwards', async () => {
    client = clientWith({ maxInFlight: 2 });
    const answers: (() => void)[] = [];
    await router((message) => answers.push(() => message.respond(DECIDED)));

    const accepted = [1, 2].map(() => client.decide(REQUEST, { tenantId: 'acme' }));
    const refused = await client.decide(REQUEST, { tenantId: 'acme' });
    await ours.flush();
    await routers.flush();
    for (const answer of answers.splice(0)) answer();
    const served = await Promise.all(accepted);
    const next = client.decide(REQUEST, { tenantId: 'acme' });
    await ours.flush();
    await routers.flush();
    for (const answer of answers) answer();

    expect(reasonOf(refused)).toBe('in_flight_limit');
    expect(served.map(reasonOf)).toEqual(['decided', 'decided']);
    expect(reasonOf(await next)).toBe('decided');
  });

  it.each([
    ['oversize_reply', 'x'.repeat(101)],
    ['malformed_reply', 'not json'],
    ['malformed_reply', '[]'],
    ['malformed_reply', '{"ok":false}'],
    ['malformed_reply', ''],
  ])('answers %s for a reply that cannot be used (%#)', async (reason, reply) => {
    client = clientWith({ maxReplyBytes: 100 });
    await router((message) => message.respond(reply));

    expect(reasonOf(await client.decide(REQUEST, { tenantId: 'acme' }))).toBe(reason);
  });

  it('refuses what the server would not take', async () => {
    await router((message) => message.respond(DECIDED));

    const answer = await client.decide(new Uint8Array(2_000_000), { tenantId: 'acme' });

    expect(reasonOf(answer)).toBe('request_too_large');
    expect(client.inFlight).toBe(0);
  });

  it('fails what is in flight when the connection drops, and serves again when it is back', async () => {
    let received = 0;
    let awake = false;
    await router((message) => {
      received += 1;
      if (awake) message.respond(DECIDED);
    });
    const waiting = client.decide(REQUEST, { tenantId: 'acme', timeoutMs: 60_000 });
    await ours.flush();
    await routers.flush();
    await nats.kill();

    expect(received).toBe(1);
    expect(reasonOf(await waiting)).toBe('connection_lost');
    expect(reasonOf(await client.decide(REQUEST, { tenantId: 'acme' }))).toBe('disconnected');

    awake = true;
    await nats.restart();
    await eventually(async () => {
      const answer = await client.decide(REQUEST, { tenantId: 'acme', timeoutMs: 500 });
      return reasonOf(answer) === 'decided';
    });
  });

  it('knows of a drop before the first request once it listens', async () => {
    client.listen();
    await nats.kill();
    await eventually(async () => {
      const answer = await client.decide(REQUEST, { tenantId: 'acme', timeoutMs: 60_000 });
      return reasonOf(answer) === 'disconnected';
    });
  });

  it('says so when its connection is being closed', async () => {
    const closed = ours.drain();

    expect(reasonOf(await client.decide(REQUEST, { tenantId: 'acme' }))).toBe('disconnected');
    await closed;
  });

  it.each([Number.NaN, Infinity])(
    'waits no longer than it may where the call says %d',
    async (timeoutMs) => {
      client = clientWith({ timeoutMs: 30 });
      await router(() => undefined);

      expect(reasonOf(await client.decide(REQUEST, { tenantId: 'acme', timeoutMs }))).toBe(
        'timeout',
      );
      await client.close();
    },
  );

  it('reports every request with its outcome', async () => {
    await client.decide(REQUEST, { tenantId: 'acme' });
    await client.getDecision('r1', { tenantId: 'acme' });

    expect(seen.of('router-asked')).toMatchObject([
      { operation: 'decide', outcome: 'no_responders' },
      { operation: 'get_decision', outcome: 'no_responders' },
    ]);
  });

  it.each(['timeoutMs', 'maxInFlight', 'maxReplyBytes'] as const)('refuses %s 0', (name) => {
    expect(() => clientWith({ [name]: 0 })).toThrow(`RouterClient ${name} must be ≥ 1 (got 0)`);
  });
});

describe('closing', () => {
  it('lets those in flight finish and takes no more', async () => {
    let answer: (() => void) | undefined;
    await router((message) => (answer = () => message.respond(DECIDED)));
    const waiting = client.decide(REQUEST, { tenantId: 'acme' });
    await ours.flush();
    await routers.flush();

    const closed = client.close();
    const refused = await client.decide(REQUEST, { tenantId: 'acme' });
    answer?.();

    expect(reasonOf(refused)).toBe('closed');
    expect(reasonOf(await waiting)).toBe('decided');
    await closed;
  });
});
