import {
  eventually,
  FakeClock,
  NatsParts,
  recorder,
  startTestNats,
  type TestNats,
} from '@beamline/testing';
import { jetstream } from '@nats-io/jetstream';
import type { OverloadEvent } from '../core/index.js';
import { ConsumerInfoProbe, type ConsumerInfoProbeOptions } from './consumer-info-probe.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => parts.end());

it('knows nothing before it has asked', async () => {
  const { probe } = await aProbe();

  expect(probe.reading()).toEqual({ unknown: 'not_asked' });
});

it('tells what waits and what is not acknowledged', async () => {
  const { probe, publish, take } = await aProbe();
  await publish(5);
  await take(2);

  expect(await probe.refresh()).toEqual({
    pending: 3,
    ackPending: 2,
    ageMs: 0,
    source: 'measured',
  });
});

it('asks by itself', async () => {
  const { probe, publish } = await aProbe({ everyMs: 20, notBeforeMs: 0 });
  probe.start();
  await publish(2);

  await eventually(() => pendingOf(probe) === 2);
});

it('asks no more once it is stopped', async () => {
  const { probe, observed } = await aProbe({ everyMs: 10, notBeforeMs: 0 });
  probe.start();
  await eventually(() => observed.events.length > 1);
  probe.stop();
  await probe.refresh();
  const asked = observed.events.length;

  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(observed.events).toHaveLength(asked);
});

it('asks once for many who want to know at the same time, and not again within the least distance', async () => {
  const { probe, observed, clock } = await aProbe({ notBeforeMs: 100 });

  await Promise.all(Array.from({ length: 50 }, () => probe.refresh()));
  await probe.refresh();
  expect(observed.events).toHaveLength(1);

  clock.advance(100);
  await probe.refresh();
  expect(observed.events).toHaveLength(2);
});

it('does not know a reading any more that is too old', async () => {
  const { probe, clock } = await aProbe({ staleAfterMs: 3_000 });
  await probe.refresh();

  clock.advance(3_000);
  expect(probe.reading()).toMatchObject({ pending: 0, ageMs: 3_000 });
  clock.advance(1);
  expect(probe.reading()).toEqual({ unknown: 'timeout' });
});

it('does not know a consumer that never existed', async () => {
  const { probe, observed } = await aProbe({ durable: 'nobody' });

  expect(await probe.refresh()).toEqual({ unknown: 'not_found' });
  expect(observed.events).toEqual([
    { type: 'consumer-queried', subject: 'work.do', consumer: 'nobody', error: 'not_found' },
  ]);
});

it('does not know a consumer of a stream that does not exist', async () => {
  const { probe } = await aProbe({ stream: 'nowhere' });

  expect(await probe.refresh()).toEqual({ unknown: 'not_found' });
});

it('forgets at once what it knew of a deleted consumer, and knows one that is made anew', async () => {
  const { probe, publish, manager, stream, addConsumer, clock } = await aProbe();
  await publish(4);
  await probe.refresh();

  await manager.consumers.delete(stream, 'worker');
  clock.advance(100);
  expect(await probe.refresh()).toEqual({ unknown: 'not_found' });

  await addConsumer();
  clock.advance(100);
  expect(await probe.refresh()).toMatchObject({ pending: 4, source: 'measured' });
});

it('knows for a while what it knew when the connection is lost, and then no more', async () => {
  const server = await startTestNats();
  const { probe, publish, link, clock } = await aProbe({}, server.url);
  await publish(4);
  await probe.refresh();

  await server.kill();
  await eventually(() => !link.isConnected);
  clock.advance(1_000);
  expect(await probe.refresh()).toEqual({
    pending: 4,
    ackPending: 0,
    ageMs: 1_000,
    source: 'cache',
  });
  clock.advance(60_000);
  expect(await probe.refresh()).toEqual({ unknown: 'not_connected' });

  await server.restart();
  await eventually(() => link.isConnected);
  clock.advance(1_000);
  expect(await probe.refresh()).toMatchObject({ pending: 4, source: 'measured' });
  await parts.end();
  await server.stop();
});

it('does not wait longer than its timeout for a server that is silent', async () => {
  const server = await startTestNats();
  const { probe, clock } = await aProbe({ timeoutMs: 50 }, server.url);

  process.kill(server.pid, 'SIGSTOP');
  // A busy machine stops it a moment later: what was answered until then goes stale.
  await eventually(async () => {
    clock.advance(5_000);
    expect(await probe.refresh()).toEqual({ unknown: 'timeout' });
  });

  process.kill(server.pid, 'SIGCONT');
  await parts.end();
  await server.stop();
});

it.each([
  ['text that is no JSON', 'what?'],
  ['no numbers', '{"num_pending":"many","num_ack_pending":0}'],
  ['a negative number', '{"num_pending":-1,"num_ack_pending":0}'],
  ['half a number', '{"num_pending":0.5,"num_ack_pending":0}'],
  ['only one of the numbers', '{"num_pending":1}'],
  ['an error without a code', '{"error":{}}'],
  ['no object', 'null'],
])('does not believe an answer with %s', async (_what, answer) => {
  const { probe, connection, api } = await aProbeOfAnotherApi();
  connection.subscribe(api, { callback: (_error, message) => void message.respond(answer) });
  await connection.flush();

  expect(await probe.refresh()).toEqual({ unknown: 'failed' });
});

it('does not know what a server without JetStream cannot say', async () => {
  const { probe } = await aProbeOfAnotherApi();

  expect(await probe.refresh()).toEqual({ unknown: 'failed' });
});

/** A probe whose questions go to a subject that the server itself does not answer. */
async function aProbeOfAnotherApi() {
  const connection = await parts.connection();
  const api = parts.name('api');
  const redirected = {
    request: (_subject: string, payload: string, options: { timeout: number }) =>
      connection.request(api, payload, options),
  };
  const probe = new ConsumerInfoProbe(
    { stream: 'any', durable: 'worker', subject: 'work.do' },
    { connection: redirected as any, ready: new Promise(() => undefined), isConnected: true },
  );
  return { probe, connection, api };
}

async function aProbe(options: Partial<ConsumerInfoProbeOptions> = {}, url: string = nats.url) {
  const stream = parts.name('stream');
  const link = parts.link(url);
  const connection = await link.ready;
  const manager = await parts.manager(url);
  await manager.streams.add({ name: stream, subjects: [`${stream}.>`] });
  const addConsumer = async (): Promise<void> => {
    await manager.consumers.add(stream, { durable_name: 'worker', ack_policy: 'explicit' });
  };
  await addConsumer();
  const clock = new FakeClock();
  const observed = recorder<OverloadEvent>();
  const probe = new ConsumerInfoProbe(
    { stream, durable: 'worker', subject: 'work.do', clock, observe: observed.observe, ...options },
    link,
  );
  parts.onEnd(() => probe.stop());
  const js = jetstream(connection);
  const publish = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await js.publish(`${stream}.x`, '');
  };
  /** Takes messages without ever acknowledging them. */
  const take = async (count: number): Promise<void> => {
    const consumer = await js.consumers.get(stream, 'worker');
    const messages = await consumer.fetch({ max_messages: count });
    let taken = 0;
    for await (const { seq } of messages) taken += Math.sign(seq);
    expect(taken).toBe(count);
  };
  return { probe, link, clock, observed, manager, stream, addConsumer, publish, take };
}

function pendingOf(probe: ConsumerInfoProbe): number | undefined {
  const reading = probe.reading();
  return 'pending' in reading ? reading.pending : undefined;
}
