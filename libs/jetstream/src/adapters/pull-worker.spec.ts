import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { NatsLink } from './nats-link.js';
import { provision } from './provision.js';
import { PullWorker, type PullWorkerOptions } from './pull-worker.js';

let nats: TestNats;
let link: NatsLink;
let connection: NatsConnection;
let manager: JetStreamManager;
let worker: PullWorker;

beforeEach(async () => {
  nats = await startTestNats();
  link = new NatsLink({ servers: nats.url, reconnectDelayMs: 20 }, () => undefined);
  link.start();
  connection = await link.ready;
  manager = await jetstreamManager(connection);
});

afterEach(async () => {
  await worker.stop(100);
  await link.close();
  await nats.stop();
});

async function consume(options: Partial<PullWorkerOptions>): Promise<void> {
  worker = new PullWorker(link, {
    stream: 'work',
    durable: 'worker',
    handle: (message) => message.ack(),
    ensure: async (now) => {
      await provision(now, {
        streams: [{ name: 'work', subjects: ['work.>'], retention: 'workqueue' }],
        consumers: [{ stream: 'work', durable: 'worker', ackWaitMs: 5_000, maxAckPending: 100 }],
      });
    },
    observe: () => undefined,
    observeIntake: () => undefined,
    ...options,
  });
  worker.start();
  await eventually(() => worker.isConsuming);
}

const publish = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) await jetstream(connection).publish('work.x', String(n));
};
const stored = async (): Promise<number> => (await manager.streams.info('work')).state.messages;

it('asks for no more than there is room for, and for more as soon as there is', async () => {
  let most = 0;
  const waiting: (() => void)[] = [];
  await consume({
    room: () => 3 - worker.inFlight,
    handle: async (message) => {
      most = Math.max(most, worker.inFlight);
      await new Promise<void>((resolve) => waiting.push(resolve));
      message.ack();
    },
  });
  await publish(15);
  await eventually(() => waiting.length === 3);
  const { num_ack_pending: handedOut } = await manager.consumers.info('work', 'worker');

  const release = setInterval(() => waiting.splice(0).forEach((go) => go()), 5);
  await eventually(async () => (await stored()) === 0);
  clearInterval(release);

  expect({ most, handedOut }).toEqual({ most: 3, handedOut: 3 });
});

it('asks for nothing without room, and begins once others have left some', async () => {
  let room = 0;
  await consume({ room: () => room });
  await publish(1);
  await manager.consumers.info('work', 'worker');
  const before = await stored();

  room = 1;
  await eventually(async () => (await stored()) === 0);

  expect(before).toBe(1);
});

it('never asks for more than its prefetch, whatever the room', async () => {
  const asked: number[] = [];
  connection.subscribe('$JS.API.CONSUMER.MSG.NEXT.>', {
    callback: (_error, message) => void asked.push(message.json<{ batch: number }>().batch),
  });
  await consume({ prefetch: 5 });
  await publish(20);
  await eventually(async () => (await stored()) === 0);

  expect(asked.length).toBeGreaterThan(1);
  expect(Math.max(...asked)).toBe(5);
});

it('takes a settled message for settled: what is said first counts', async () => {
  const counts: number[] = [];
  await consume({
    handle: (message) => {
      counts.push(message.deliveryCount);
      if (message.deliveryCount === 1) message.nak(10);
      message.ack();
    },
  });
  await publish(1);
  await eventually(async () => (await stored()) === 0);

  expect(counts).toEqual([1, 2]);
});
