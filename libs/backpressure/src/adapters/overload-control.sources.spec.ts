import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import { createServer, type Server } from 'node:http';
import { DEFAULT_SETTINGS, type OverloadEvent } from '../core/index.js';
import type { OverloadControlOptions } from './overload-control-options.js';
import { allKnown, connectionOf, Replicas, statusOf, SUBJECT } from './replicas.fixture.js';

let nats: TestNats;
const replicas = new Replicas(() => nats.url);

beforeEach(async () => {
  nats = await startTestNats();
});
afterEach(async () => {
  await replicas.end();
  await nats.stop();
});

async function aReplica(id: string, options: OverloadControlOptions = {}) {
  const events = recorder<OverloadEvent>();
  return { ...(await replicas.replica(id, { observe: events.observe, ...options })), events };
}

const CONSUMER = { stream: 'work', durable: 'worker' };
const DECLARED = { subjects: [{ name: SUBJECT, consumer: CONSUMER }] };

/** A stream with `messages` in it, and a consumer that nobody serves. */
async function aConsumer(messages: number) {
  const connection = connectionOf(await replicas.link());
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: CONSUMER.stream, subjects: ['work'] });
  for (let n = 0; n < messages; n += 1) await manager.jetstream().publish('work', `${n}`);
  const add = () =>
    manager.consumers.add(CONSUMER.stream, {
      durable_name: CONSUMER.durable,
      ack_policy: AckPolicy.Explicit,
    });
  await add();
  return { add, remove: () => manager.consumers.delete(CONSUMER.stream, CONSUMER.durable) };
}

describe('a consumer', () => {
  it('counts once, however many replicas ask for it', async () => {
    await aConsumer(7);
    const [a, b] = [await aReplica('a', DECLARED), await aReplica('b', DECLARED)];
    await eventually(() => allKnown(a.control, b.control));

    await eventually(() => {
      for (const { control } of [a, b]) {
        expect(statusOf(control)).toMatchObject({
          signals: { pendingMessages: 7 },
          sources: { pendingMessages: 'measured' },
          ackPending: 0,
        });
      }
    });
  });

  it('is asked afresh when somebody asks for the status', async () => {
    await aConsumer(3);
    const a = await aReplica('a', DECLARED);

    expect(await a.control.status(SUBJECT)).toMatchObject({ signals: { pendingMessages: 3 } });
  });

  it('that was deleted is unknown, and not empty; made anew it is known again', async () => {
    const consumer = await aConsumer(5);
    const a = await aReplica('a', DECLARED);
    await eventually(() => statusOf(a.control).signals.pendingMessages === 5);

    await consumer.remove();
    await eventually(async () => {
      expect(await a.control.status(SUBJECT)).toMatchObject({
        signals: { pendingMessages: 0 },
        sources: { pendingMessages: 'unknown' },
        ackPending: undefined,
      });
    });
    expect(a.events.of('signal-source-changed').at(-1)).toMatchObject({
      signal: 'pendingMessages',
      from: 'measured',
      to: 'unknown',
      detail: 'not_found',
    });

    await consumer.add();
    await eventually(async () => {
      expect(await a.control.status(SUBJECT)).toMatchObject({
        signals: { pendingMessages: 5 },
        sources: { pendingMessages: 'measured' },
      });
    });
  });
});

describe('settings', () => {
  it('of the bucket hold on every replica, and bad ones leave them as they are', async () => {
    const [a, b] = [await aReplica('a'), await aReplica('b')];
    await eventually(() => allKnown(a.control, b.control));
    await eventually(() => a.control.settings.state === 'synced');

    const put = await a.control.settings.put(SUBJECT, { thresholds: { queue_overload: 10 } });
    expect(put).toMatchObject({ ok: true });
    await eventually(() => statusOf(b.control).thresholds.queueOverload === 10);
    a.subject.override({ pendingMessages: 11, latencyP95Ms: 0, inflightMessages: 0 });
    await eventually(() => statusOf(b.control).status === 'warning');

    connectionOf(a.link).publish(
      `$KV.beamline_backpressure.settings.${SUBJECT.replaceAll('.', '=2e')}`,
      '{"thresholds":{"queue_overload":"many"}}',
    );
    await eventually(() => b.events.of('settings-refused').length > 0);

    expect(b.events.of('settings-refused')[0]).toMatchObject({
      problems: [expect.stringContaining('queue_overload')],
    });
    expect(statusOf(b.control)).toMatchObject({
      status: 'warning',
      thresholds: { ...DEFAULT_SETTINGS.thresholds, queueOverload: 10 },
    });
  });

  it('reach admission at once', async () => {
    const a = await aReplica('a');
    await eventually(() => a.control.settings.state === 'synced');
    await a.control.settings.put(undefined, { admission: { max_inflight: 1 } });

    expect(a.subject.admit({ criticality: 'default' }).admitted).toBe(true);
    expect(a.subject.admit({ criticality: 'default' })).toMatchObject({
      refusal: { reason: 'hard_limit' },
    });
  });
});

describe('Prometheus', () => {
  let server: Server;
  let prometheusUrl: string;

  beforeEach(async () => {
    server = createServer((_, response) => {
      const result = [{ metric: {}, value: [0, '0.75'] }];
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    prometheusUrl = `http://127.0.0.1:${port}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('is asked for the latency only where there are no samples', async () => {
    const a = await aReplica('a', { prometheusUrl });

    expect(await a.control.status(SUBJECT)).toMatchObject({
      signals: { latencyP95Ms: 750 },
      sources: { latencyP95Ms: 'prometheus' },
    });

    a.subject.recordLatency(20);
    expect(await a.control.status(SUBJECT)).toMatchObject({
      signals: { latencyP95Ms: 20 },
      sources: { latencyP95Ms: 'measured' },
    });
  });
});
