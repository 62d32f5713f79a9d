import { loadGatewayConfig } from '@beamline/config';
import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type RunningGateway, startGateway } from '../start-gateway.js';

const STREAM = 'router-stream';
const CONSUMER = 'router-decide-consumer';
const DECISION = { provider_id: 'p1', reason: 'weighted' };
const logger = { log: () => undefined, error: () => undefined, warn: () => undefined };

let nats: TestNats;
let router: NatsConnection;
let gateway: RunningGateway;

const start = async (env: Record<string, string> = {}) => {
  const config = loadGatewayConfig({
    NATS_URL: nats.url,
    GATEWAY_PORT: '0',
    NATS_RECONNECT_DELAY_MS: '20',
    ...env,
  });
  const started = await startGateway(config, { logger, observeNats: () => undefined });
  await started.connected;
  return started;
};
const requestOf = (id: string) => ({
  version: '1',
  tenant_id: 'acme',
  request_id: id,
  task: { type: 'chat', payload: { text: 'hello' } },
});
const post = (id: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/api/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tenant-id': 'acme', ...headers },
    body: JSON.stringify(requestOf(id)),
  });
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/api/v1/messages/${path}`, {
    headers: { 'x-tenant-id': 'acme', ...headers },
  });
const read = async (response: Response): Promise<any> => response.json();

/** Does what the router does with the next message of the stream: answers, then lets it go. */
const answerNext = async (reply: object = { ok: true, decision: DECISION, context: {} }) => {
  const consumer = await jetstream(router).consumers.get(STREAM, CONSUMER);
  const message = await consumer.next({ expires: 5000 });
  const replyTo = message?.headers?.get('x-reply-to') ?? '';
  router.publish(replyTo, JSON.stringify(reply));
  await router.flush();
  await message?.ackAck();
  return message;
};
const recorded = (reply: object) => {
  router.subscribe('beamline.router.v1.get_decision', {
    callback: (_error, message) => {
      message.respond(JSON.stringify(reply));
    },
  });
  return router.flush();
};
const NOT_FOUND = { ok: false, error: { code: 'decision_not_found', message: 'no' }, context: {} };

beforeEach(async () => {
  nats = await startTestNats();
  router = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });
  const manager = await jetstreamManager(router);
  await manager.streams.add({ name: STREAM, subjects: ['beamline.router.v1.decide.async'] });
  await manager.consumers.add(STREAM, { durable_name: CONSUMER, ack_policy: 'explicit' });
  gateway = await start();
});
afterEach(async () => {
  await gateway.stop();
  await router.close();
  await nats.stop();
});

describe('a message', () => {
  it('is accepted once the stream has it, with its tenant and trace, and decided later', async () => {
    await recorded(NOT_FOUND);
    const accepted = await post('m 1', { 'x-trace-id': 'trace-7' });

    expect(accepted.status).toBe(202);
    expect(accepted.headers.get('location')).toBe('/api/v1/messages/m%201');
    expect(await read(accepted)).toMatchObject({
      ok: true,
      message: { message_id: 'm 1', tenant_id: 'acme', status: 'accepted' },
      context: { request_id: 'm 1', trace_id: 'trace-7' },
    });
    expect((await read(await get('m%201'))).message.status).toBe('accepted');

    const stored = await answerNext();
    expect(stored?.json()).toEqual(requestOf('m 1'));
    expect(stored?.headers?.get('tenant_id')).toBe('acme');
    expect(stored?.headers?.get('trace_id')).toBe('trace-7');
    const decided = await eventually(async () => {
      const { message } = await read(await get('m%201'));
      return message.status === 'decided' && message;
    });
    expect(decided).toMatchObject({ decision: DECISION, accepted_at: expect.any(Number) });
  });

  it('that nobody could decide is failed, with the error of the router', async () => {
    const error = { code: 'policy_not_found', message: 'no' };
    await post('m1');
    await answerNext({ ok: false, error, context: {} });

    await eventually(async () => (await read(await get('m1'))).message?.status === 'failed');
    expect((await read(await get('m1'))).message.error).toEqual(error);
  });

  it('whose answer was missed is known from the record of the router', async () => {
    await recorded({ ok: true, decision: DECISION, context: {} });

    expect(await read(await get('elsewhere'))).toMatchObject({
      message: { status: 'decided', decision: DECISION, accepted_at: null },
    });
  });

  it('that nobody knows is not found, and the messages of another tenant are its own', async () => {
    await recorded(NOT_FOUND);
    await post('m1');

    const other = await get('m1', { 'x-tenant-id': 'globex' });
    expect(other.status).toBe(404);
    expect((await read(other)).error.code).toBe('message_not_found');
  });

  it('may be sent again: it is answered again', async () => {
    await post('m1');
    await answerNext();
    expect((await post('m1')).status).toBe(202);
    await answerNext({ ok: true, decision: { ...DECISION, provider_id: 'p1' }, context: {} });

    await eventually(async () => (await read(await get('m1'))).message?.status === 'decided');
  });

  it('is refused where there is no stream, or a broken body', async () => {
    const broken = await fetch(`${gateway.url}/api/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"version":"1"}',
    });
    await (await jetstreamManager(router)).streams.delete(STREAM);

    expect(broken.status).toBe(400);
    const unstored = await post('m1');
    expect(unstored.status).toBe(503);
    expect((await read(unstored)).error).toMatchObject({
      code: 'unavailable',
      message: 'no stream takes messages',
    });
  });
});

/** Reads the events of a stream until it ends, or until `enough` of them are there. */
async function events(
  response: Response,
  enough = Infinity,
): Promise<{ id: string; event: string; data: any }[]> {
  const found: { id: string; event: string; data: any }[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .map((line) => [line.split(': ', 1)[0], line.slice(line.indexOf(': ') + 2)]),
      );
      if (fields['id'] === undefined) continue;
      found.push({
        id: fields['id'],
        event: fields['event'] ?? '',
        data: JSON.parse(fields['data'] ?? ''),
      });
    }
    if (found.length >= enough) break;
  }
  return found;
}

describe('the events of a message', () => {
  it('tell every step, and end with the decision', async () => {
    await recorded(NOT_FOUND);
    for (const id of ['before', 'm1']) await post(id);
    const response = await get('m1/stream');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const told = events(response);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await answerNext();
    await answerNext();

    const steps = (await told).map(({ id, event }) => `${id} ${event}`);
    expect(steps[0]).toBe('accepted accepted');
    expect(steps).toContain('waiting-1 waiting');
    expect(steps.at(-1)).toBe('done decided');
  });

  it('go on where a client has left, also at a gateway that has never heard of the message', async () => {
    await recorded(NOT_FOUND);
    await post('m1');
    const [first] = await events(await get('m1/stream'), 1);
    const elsewhere = await start();
    try {
      const response = await fetch(`${elsewhere.url}/api/v1/messages/m1/stream`, {
        headers: { 'x-tenant-id': 'acme', 'last-event-id': first?.id ?? '' },
      });
      const told = events(response);
      await answerNext();
      expect((await told).map(({ event }) => event)).toEqual(['decided']);
    } finally {
      await elsewhere.stop();
    }
    expect((await get('m1/stream', { 'last-event-id': 'done' })).status).toBe(204);
  });

  it('tell an answer that was missed while NATS was away', async () => {
    await post('m1');
    await answerNext({ nonsense: true });
    await recorded({ ok: true, decision: DECISION, context: {} });

    const told = await events(await get('m1/stream', { 'last-event-id': 'accepted' }));
    expect(told.at(-1)).toMatchObject({ event: 'decided', data: { decision: DECISION } });
  });

  it('are not told of what nobody knows', async () => {
    await recorded(NOT_FOUND);

    expect((await get('nothing/stream')).status).toBe(404);
  });

  it('are told to as many as there may be, and a place is free again when one goes', async () => {
    await gateway.stop();
    gateway = await start({ GATEWAY_MAX_STREAMS: '2', GATEWAY_MAX_STREAMS_PER_TENANT: '1' });
    await recorded(NOT_FOUND);
    await post('m1');
    const leaving = new AbortController();
    const open = await fetch(`${gateway.url}/api/v1/messages/m1/stream`, {
      headers: { 'x-tenant-id': 'acme' },
      signal: leaving.signal,
    });
    expect(open.status).toBe(200);

    const second = await get('m1/stream');
    expect(second.status).toBe(429);
    expect(second.headers.get('retry-after')).toBe('5');
    leaving.abort();
    await eventually(async () => {
      const again = await get('m1/stream');
      await again.body?.cancel();
      return again.status === 200;
    });
    const page = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(page).toContain('gateway_streams_refused_total{reason="tenant"}');
    expect(page).toContain('gateway_streams_closed_total{reason="client"}');
  });

  it('end when the gateway stops, and after their time', async () => {
    await gateway.stop();
    gateway = await start({ GATEWAY_STREAM_MAX_MS: '200', GATEWAY_STREAM_HEARTBEAT_MS: '20' });
    await recorded(NOT_FOUND);
    await post('m1');
    const expired = await (await get('m1/stream')).text();
    expect(expired).toContain(': still here');
    await gateway.stop();
    gateway = await start();
    const open = await get('m1/stream', { 'last-event-id': 'accepted' });
    const told = open.text();

    await gateway.stop();
    expect(await told).toBe('retry: 2000\n\n');
    gateway = await start();
  });
});
