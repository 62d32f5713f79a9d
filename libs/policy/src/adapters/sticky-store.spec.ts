import { FakeClock, eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { PolicyEvent } from '../core/index.js';
import { aNatsSource } from './policy-stores.fixture.js';
import { StickyStore } from './sticky-store.js';
import type { StickyStoreOptions } from './sticky-store-options.js';

const stores: StickyStore[] = [];
const connections: NatsConnection[] = [];
let nats: TestNats;

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(async () => {
  await nats.stop();
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()));
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
});

describe('without NATS', () => {
  it('remembers a pin until its time is up', () => {
    const clock = new FakeClock();
    const store = aStore({ clock });

    store.pin({ tenantId: 'acme', sessionKey: 's1', providerId: 'openai', ttlMs: 1_000 });

    expect(store.pinnedProvider('acme', 's1', clock.nowMs() + 999)).toBe('openai');
    expect(store.pinnedProvider('acme', 's1', clock.nowMs() + 1_000)).toBeUndefined();
  });

  it('slides the expiry each time a session is pinned again', () => {
    const clock = new FakeClock();
    const store = aStore({ clock });
    const pin = { tenantId: 'acme', sessionKey: 's1', providerId: 'openai', ttlMs: 1_000 };
    store.pin(pin);

    for (let use = 0; use < 5; use += 1) {
      clock.advance(900);
      store.pin(pin);
    }

    expect(store.pinnedProvider('acme', 's1', clock.nowMs() + 999)).toBe('openai');
  });

  it('keeps tenants with the same session key apart', () => {
    const store = aStore();

    store.pin({ tenantId: 'acme', sessionKey: 's', providerId: 'openai', ttlMs: 1_000 });

    expect(store.pinnedProvider('globex', 's', 0)).toBeUndefined();
  });

  it('forgets the pin not used for the longest time at its cap', () => {
    const store = aStore({ maxPins: 2 });
    for (const sessionKey of ['a', 'b']) {
      store.pin({ tenantId: 't', sessionKey, providerId: 'p', ttlMs: 1_000 });
    }
    store.pinnedProvider('t', 'a', 0);

    store.pin({ tenantId: 't', sessionKey: 'c', providerId: 'p', ttlMs: 1_000 });

    expect(['a', 'b', 'c'].map((key) => store.pinnedProvider('t', key, 0))).toEqual([
      'p',
      undefined,
      'p',
    ]);
  });

  it('drops and counts writes beyond its queue, and keeps those pins in memory', () => {
    const events = recorder<PolicyEvent>();
    const store = aStore({ maxQueuedWrites: 3, observe: events.observe });

    for (const sessionKey of ['a', 'b', 'c', 'd', 'e']) {
      store.pin({ tenantId: 't', sessionKey, providerId: 'p', ttlMs: 1_000 });
    }

    expect(store.state).toMatchObject({ pins: 5, waiting: 3, dropped: 2 });
    expect(events.of('sticky-write-failed')).toEqual([
      { type: 'sticky-write-failed', reason: 'queue-full' },
      { type: 'sticky-write-failed', reason: 'queue-full' },
    ]);
  });

  it('lets a session key of any length and any characters be pinned', () => {
    const store = aStore();
    const keys = ['', '*', 'a.b.>', ' ', '\u0000', 'ü'.repeat(100_000)];

    for (const [index, sessionKey] of keys.entries()) {
      store.pin({ tenantId: 't', sessionKey, providerId: `p${index}`, ttlMs: 1_000 });
    }

    expect(keys.map((key) => store.pinnedProvider('t', key, 0))).toEqual([
      'p0',
      'p1',
      'p2',
      'p3',
      'p4',
      'p5',
    ]);
  });

  it('knows no pins when it is not enabled', () => {
    const store = aStore({ enabled: false });

    store.pin({ tenantId: 't', sessionKey: 's', providerId: 'p', ttlMs: 1_000 });

    expect(store.pinnedProvider('t', 's', 0)).toBeUndefined();
    expect(store.state).toMatchObject({ pins: 0, waiting: 0 });
  });

  it.each([
    ['maxPins', 0, 1],
    ['maxQueuedWrites', 1.5, 1],
    ['bucketTtlMs', 10, 1_000],
  ])('refuses %s of %d', (option, value, least) => {
    expect(() => aStore({ [option]: value })).toThrow(
      `stickyStore.${option} must be an integer of at least ${least} (got ${value})`,
    );
  });
});

describe('with NATS', () => {
  it('shows a pin to the other replicas', async () => {
    const options = { bucket: 'replicas' };
    const [one, other] = [await aSyncedStore(options), await aSyncedStore(options)];

    one.pin({ tenantId: 'acme', sessionKey: 'a.b *', providerId: 'openai:gpt-4o', ttlMs: 60_000 });

    await eventually(() => other.pinnedProvider('acme', 'a.b *', Date.now()) === 'openai:gpt-4o');
  });

  it('has its pins back after a restart', async () => {
    const options = { bucket: 'restart' };
    const before = await aSyncedStore(options);
    for (let session = 0; session < 1_000; session += 1) {
      before.pin({ tenantId: 't', sessionKey: `s${session}`, providerId: 'p', ttlMs: 60_000 });
    }
    await before.stop();

    const after = await aSyncedStore(options);

    expect(after.state.pins).toBe(1_000);
    expect(after.pinnedProvider('t', 's999', Date.now())).toBe('p');
  });

  it('does not bring an expired pin back', async () => {
    const options = { bucket: 'expired' };
    const before = await aSyncedStore(options);
    before.pin({ tenantId: 't', sessionKey: 's', providerId: 'p', ttlMs: 50 });
    await before.stop();

    const clock = new FakeClock(Date.now() + 60);
    const after = await aSyncedStore({ ...options, clock });

    expect(after.state.pins).toBe(0);
  });

  it('writes a pin that slides at most once per tenth of its TTL', async () => {
    const clock = new FakeClock(Date.now());
    const { store, connection } = await aConnectedStore({ bucket: 'sliding', clock });
    const pin = { tenantId: 't', sessionKey: 's', providerId: 'p', ttlMs: 100_000 };

    for (let use = 0; use < 21; use += 1) {
      store.pin(pin);
      await eventually(() => store.state.waiting === 0);
      clock.advance(1_000);
    }

    // At 0 s, 10 s and 20 s.
    expect(await lastSequence(connection, 'sliding')).toBe(3);
  });

  it('gathers the writes of a session that wait together into one', async () => {
    const { store, connection } = await aConnectedStore({ bucket: 'gathered' });

    for (let use = 0; use < 100; use += 1) {
      store.pin({ tenantId: 't', sessionKey: 's', providerId: `p${use}`, ttlMs: 100_000 });
    }
    await eventually(() => store.state.waiting === 0);

    expect(await lastSequence(connection, 'gathered')).toBe(1);
  });

  it('ignores what is not a pin', async () => {
    const { store, connection } = await aConnectedStore({ bucket: 'broken' });
    const js = jetstream(connection);
    await js.publish('$KV.broken.t.s1', 'no json');
    await js.publish('$KV.broken.t.s2', '{"provider_id":7,"expires_at_ms":9e15}');
    await js.publish('$KV.broken.t.s3', '{"provider_id":"p","expires_at_ms":9e15}');

    await eventually(() => store.pinnedProvider('t', 's3', 0) === 'p');

    expect(store.state.pins).toBe(1);
  });

  it('forgets a pin that was deleted', async () => {
    const { store, connection } = await aConnectedStore({ bucket: 'deleted' });
    store.pin({ tenantId: 't', sessionKey: 's', providerId: 'p', ttlMs: 60_000 });
    await eventually(() => store.state.waiting === 0);

    await (await new Kvm(connection).open('deleted')).delete('t.s');

    await eventually(() => store.pinnedProvider('t', 's', 0) === undefined);
  });

  it('keeps its pins when the bucket is deleted, and writes them again when they are used', async () => {
    const { store, connection } = await aConnectedStore({ bucket: 'gone' });
    const pin = { tenantId: 't', sessionKey: 's', providerId: 'p', ttlMs: 60_000 };
    store.pin(pin);
    await eventually(() => store.state.waiting === 0);

    await (await jetstreamManager(connection)).streams.delete('KV_gone');
    await eventually(async () => (await lastSequence(connection, 'gone')) === 0);
    await eventually(() => store.state.bucket === 'synced');
    const kept = store.pinnedProvider('t', 's', 0);
    store.pin(pin);

    expect(kept).toBe('p');
    await eventually(async () => (await lastSequence(connection, 'gone')) === 1);
  });

  it('says which setting of an existing bucket it cannot work with', async () => {
    const { source, connection } = await aConnection(nats.url);
    await new Kvm(connection).create('other', { ttl: 5_000 });
    const store = aStore({ bucket: 'other' });

    store.start(source);
    store.pin({ tenantId: 't', sessionKey: 's', providerId: 'p', ttlMs: 60_000 });

    await eventually(() => store.state.bucket === 'incompatible');
    expect(store.state.detail).toContain('TTL must be 86400000 ms (has 5000 ms)');
    expect(store.pinnedProvider('t', 's', 0)).toBe('p');
  });
});

it('writes after an outage what was pinned during it', async () => {
  const server = await startTestNats();
  const { source } = await aConnection(server.url);
  const store = aStore({ bucket: 'outage' });
  store.start(source);
  await eventually(() => store.state.bucket === 'synced');

  await server.kill();
  await eventually(() => !source.isConnected);
  store.pin({ tenantId: 't', sessionKey: 's', providerId: 'p', ttlMs: 60_000 });
  const during = store.state;
  await server.restart();

  expect(during).toMatchObject({ bucket: 'unreachable', waiting: 1 });
  await eventually(() => store.state.waiting === 0 && store.state.bucket === 'synced');
  const other = aStore({ bucket: 'outage' });
  other.start(source);
  await eventually(() => other.pinnedProvider('t', 's', Date.now()) === 'p');
  await Promise.all([store.stop(), other.stop()]);
  await server.stop();
});

function aStore(options: StickyStoreOptions = {}): StickyStore {
  const store = new StickyStore({ stopWithinMs: 1_000, ...options });
  stores.push(store);
  return store;
}

async function aConnectedStore(options: StickyStoreOptions) {
  const { source, connection } = await aConnection(nats.url);
  const store = aStore(options);
  store.start(source);
  await eventually(() => store.state.bucket === 'synced');
  return { store, connection };
}

async function aSyncedStore(options: StickyStoreOptions): Promise<StickyStore> {
  return (await aConnectedStore(options)).store;
}

async function aConnection(url: string) {
  const connected = await aNatsSource(url);
  connections.push(connected.connection);
  return connected;
}

async function lastSequence(connection: NatsConnection, bucket: string): Promise<number> {
  const jsm = await jetstreamManager(connection);
  return (await jsm.streams.info(`KV_${bucket}`)).state.last_seq;
}
