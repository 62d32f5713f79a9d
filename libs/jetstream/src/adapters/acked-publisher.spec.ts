import { jetstreamManager } from '@nats-io/jetstream';
import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import type { NatsEvent } from '../core/nats.events.js';
import { AckedPublisher, type AckedPublisherOptions } from './acked-publisher.js';
import { NatsLink } from './nats-link.js';
import { provision } from './provision.js';

let nats: TestNats;
let link: NatsLink;
let publisher: AckedPublisher;
const facts = recorder<NatsEvent>();

const aPublisher = (options: Partial<AckedPublisherOptions> = {}): AckedPublisher =>
  new AckedPublisher(link, { observe: facts.observe, ...options });

beforeAll(async () => {
  nats = await startTestNats();
  link = new NatsLink({ servers: nats.url, reconnectDelayMs: 50 }, facts.observe);
  link.start();
  const connection = await link.ready;
  await provision(connection, {
    streams: [{ name: 'kept', subjects: ['kept.>'], duplicateWindowMs: 10_000 }],
    buckets: [{ bucket: 'box', history: 5 }],
  });
});

beforeEach(() => {
  facts.clear();
  publisher = aPublisher();
});

afterAll(async () => {
  await link.close();
  await nats.stop();
});

describe('AckedPublisher', () => {
  it('answers with the sequence under which the stream stored the message', async () => {
    const first = await publisher.publish('kept.a', 'one');
    const second = await publisher.publish('kept.a', new Uint8Array([1, 2]));
    expect(first).toMatchObject({ ok: true, duplicate: false });
    expect(second.ok && first.ok && second.seq - first.seq).toBe(1);
    expect(facts.of('published-with-ack')).toHaveLength(2);
  });

  it('keeps a thousand publishes apart that wait at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => publisher.publish('kept.many', String(index))),
    );
    const sequences = results.map((result) => (result.ok ? result.seq : -1));
    expect(new Set(sequences).size).toBe(1000);
    expect(publisher.pending).toBe(0);
  });

  it('tells that a message id was stored before', async () => {
    await publisher.publish('kept.dup', 'one', { msgId: 'id-1' });
    const again = await publisher.publish('kept.dup', 'one', { msgId: 'id-1' });
    expect(again).toMatchObject({ ok: true, duplicate: true });
  });

  it('creates a key only once', async () => {
    const create = () => publisher.publish('$KV.box.k', 'v', { expectLastSubjectSequence: 0 });
    expect(await create()).toMatchObject({ ok: true });
    expect(await create()).toMatchObject({ ok: false, reason: 'wrong_sequence' });
  });

  it('carries headers, with line breaks made harmless', async () => {
    const stored = await publisher.publish('kept.h', 'x', { headers: { trace_id: 'a\r\nb' } });
    const manager = await jetstreamManager(await link.ready);
    const message = await manager.streams.getMessage('kept', { seq: stored.ok ? stored.seq : 0 });
    expect(message?.header.get('trace_id')).toBe('a b');
  });

  it('says that no stream listens', async () => {
    const named = aPublisher({ streamOf: () => 'nowhere-stream' });
    expect(await named.publish('nowhere', 'x')).toMatchObject({ ok: false, reason: 'no_stream' });
    expect(facts.of('publish-failed')).toEqual([
      {
        type: 'publish-failed',
        withAck: true,
        reason: 'no_stream',
        stream: 'nowhere-stream',
        message: 'no stream listens on this subject',
      },
    ]);
  });

  it('answers a message that is too large, or a subject that is none, without throwing', async () => {
    expect(await publisher.publish('kept.big', new Uint8Array(2 ** 21))).toMatchObject({
      ok: false,
      reason: 'broker_error',
    });
    expect(await publisher.publish('not a subject', 'x')).toMatchObject({ reason: 'broker_error' });
  });

  it('refuses at once what is beyond its window, and has room again afterwards', async () => {
    const small = aPublisher({ maxPending: 2 });
    const waiting = [small.publish('kept.w', '1'), small.publish('kept.w', '2')];
    expect(small.hasRoom).toBe(false);
    expect(await small.publish('kept.w', '3')).toMatchObject({ ok: false, reason: 'window_full' });
    expect((await Promise.all(waiting)).every((result) => result.ok)).toBe(true);
    expect(await small.publish('kept.w', '4')).toMatchObject({ ok: true });
  });

  it('gives up on an acknowledgement that does not come', async () => {
    const deaf = (await link.ready).subscribe('deaf.>', { callback: () => undefined });
    const impatient = aPublisher({ timeoutMs: 50 });
    expect(await impatient.publish('deaf.x', '1')).toMatchObject({ ok: false, reason: 'timeout' });
    expect(impatient.pending).toBe(0);
    deaf.unsubscribe();
  });

  it('waits for what is under way when it closes, and fails the rest', async () => {
    const deaf = (await link.ready).subscribe('deaf.>', { callback: () => undefined });
    const closing = aPublisher();
    const heard = closing.publish('kept.c', '1');
    const unheard = closing.publish('deaf.c', '1');
    await closing.close(100);
    expect(await heard).toMatchObject({ ok: true });
    expect(await unheard).toMatchObject({ ok: false, reason: 'connection' });
    expect(await closing.publish('kept.c', '2')).toMatchObject({ reason: 'connection' });
    deaf.unsubscribe();
  });

  it('fails what waits when the connection goes, refuses until it is back, and then works', async () => {
    const deaf = (await link.ready).subscribe('deaf.>', { callback: () => undefined });
    const waiting = publisher.publish('deaf.lost', '1');
    await nats.kill();
    expect(await waiting).toMatchObject({ ok: false, reason: 'connection' });
    expect(await publisher.publish('kept.down', '1')).toMatchObject({ reason: 'connection' });

    await nats.restart();
    await eventually(() => link.isConnected);

    expect(await publisher.publish('kept.up', '1')).toMatchObject({ ok: true });
    deaf.unsubscribe();
  });
});
