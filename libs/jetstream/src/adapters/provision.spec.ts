import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startTestNats, type TestNats } from '@beamline/testing';
import type { ProvisionSpecs } from '../core/stream-spec.js';
import { IncompatibleStreamError, provision } from './provision.js';

let nats: TestNats;
let connection: NatsConnection;
let manager: JetStreamManager;

const specs: ProvisionSpecs = {
  streams: [{ name: 'work', subjects: ['work.>'], retention: 'workqueue' }],
  consumers: [{ stream: 'work', durable: 'worker', ackWaitMs: 5_000, maxAckPending: 10 }],
  buckets: [{ bucket: 'box', history: 3, ttlMs: 60_000 }],
};

beforeEach(async () => {
  nats = await startTestNats();
  connection = await connect({ servers: nats.url });
  manager = await jetstreamManager(connection);
});

afterEach(async () => {
  await connection.close();
  await nats.stop();
});

describe('provision', () => {
  it('makes everything once, and has nothing to do the second time', async () => {
    const kinds = async () => (await provision(connection, specs)).map(({ kind }) => kind);
    expect(await kinds()).toEqual(['create', 'create']);
    expect(await kinds()).toEqual(['keep', 'keep']);
    const { config } = await manager.consumers.info('work', 'worker');
    expect(config).toMatchObject({ max_ack_pending: 10, ack_wait: 5e9, max_deliver: -1 });
  });

  it('tells what it has made, even where the rest fails', async () => {
    const made: string[] = [];
    const consumers = [{ stream: 'gone', durable: 'worker', ackWaitMs: 5_000, maxAckPending: 10 }];

    await expect(
      provision(connection, { ...specs, consumers }, (name) => void made.push(name)),
    ).rejects.toThrow('stream not found');
    expect(made).toEqual(['work', 'KV_box']);
  });

  it('makes buckets that the KV client works with', async () => {
    await provision(connection, specs);
    const bucket = await new Kvm(connection).open('box');
    await bucket.create('k', 'v');
    expect((await bucket.get('k'))?.string()).toBe('v');
    expect((await bucket.status()).history).toBe(3);
  });

  it('can be run by several replicas in the same moment', async () => {
    const runs = await Promise.allSettled([1, 2, 3, 4].map(() => provision(connection, specs)));
    expect(runs.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
  });

  it('refuses an incompatible stream, changes nothing and deletes nothing', async () => {
    await manager.streams.add({ name: 'work', subjects: ['work.>'] });
    await expect(provision(connection, specs)).rejects.toThrow(IncompatibleStreamError);
    await expect(provision(connection, specs)).rejects.toThrow(
      'stream work exists with retention limits, but workqueue is needed',
    );
    expect((await manager.streams.names().next()).map(String)).toEqual(['work']);
  });

  it('keeps the messages and the subjects of a stream that it widens', async () => {
    await manager.streams.add({
      name: 'wide',
      subjects: ['theirs'],
      max_bytes: 10_000,
    });
    await connection.request('theirs', 'kept');
    await provision(connection, {
      streams: [{ name: 'wide', subjects: ['ours'], maxBytes: 20_000 }],
    });
    const { config, state } = await manager.streams.info('wide');
    expect(config.subjects).toEqual(['theirs', 'ours']);
    expect(config.max_bytes).toBe(20_000);
    expect(state.messages).toBe(1);
  });
});
