import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { aPolicy, PolicyStores, providersOf } from './policy-stores.fixture.js';

let nats: TestNats;
const stores = new PolicyStores(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => stores.end());

describe('an outage', () => {
  it('of a crashed server ends by itself, and what changed meanwhile is told', async () => {
    const server = await startTestNats();
    const bucket = stores.bucket();
    const store = stores.store({ bucket });
    const source = (await stores.source(server.url)).source;
    await store.start(source);
    await eventually(() => store.state.bucket === 'synced');
    await store.put(aPolicy());

    await server.kill();
    await eventually(() => store.state.bucket === 'unreachable');
    const during = providersOf(store, 'acme', 'chat');
    await server.restart();
    const writer = await new Kvm((await stores.source(server.url)).connection).open(bucket);
    await writer.put(
      'acme.chat',
      JSON.stringify(aPolicy({ providers: [{ name: 'mistral', weight: 1 }] })),
    );

    expect(during).toEqual(['openai']);
    await eventually(() => providersOf(store, 'acme', 'chat')[0] === 'mistral');
    await eventually(() => store.state.bucket === 'synced');
    await store.stop();
    await server.stop();
  });

  it('that takes the bucket of a memory server is healed from what is in force', async () => {
    const server = await startTestNats();
    const options = { bucket: stores.bucket(), storage: { storage: 'memory' as const } };
    const store = stores.store(options);
    await store.start((await stores.source(server.url)).source);
    await eventually(() => store.state.bucket === 'synced');
    await store.put(aPolicy());

    await server.restart();

    const other = stores.store(options);
    await other.start((await stores.source(server.url)).source);
    await eventually(() => other.has('acme', 'chat'));
    expect(store.has('acme', 'chat')).toBe(true);
    await Promise.all([store.stop(), other.stop()]);
    await server.stop();
  });

  it('of a deleted bucket is healed without losing a policy', async () => {
    const bucket = stores.bucket();
    const { store, connection } = await stores.connected({ bucket });
    await store.put(aPolicy());
    await store.put(aPolicy({ policy_id: 'deleted' }));
    await store.remove('acme', 'deleted');

    await (await jetstreamManager(connection)).streams.delete(`KV_${bucket}`);

    await eventually(async () => (await store.history('acme', 'chat')).length === 1);
    expect(store.has('acme', 'chat')).toBe(true);
    expect(store.has('acme', 'deleted')).toBe(false);
    await store.put(aPolicy({ providers: [{ name: 'mistral', weight: 1 }] }));
    const other = await stores.synced({ bucket });
    expect(providersOf(other, 'acme', 'chat')).toEqual(['mistral']);
  });

  it('of a purged bucket is healed without losing a policy', async () => {
    const bucket = stores.bucket();
    const { store, connection } = await stores.connected({ bucket });
    await store.put(aPolicy());
    await eventually(async () => (await store.history('acme', 'chat')).length === 1);

    await (await jetstreamManager(connection)).streams.purge(`KV_${bucket}`);

    await eventually(async () => (await store.history('acme', 'chat')).length === 1);
    expect(store.has('acme', 'chat')).toBe(true);
  });

  it('of a lost consumer goes unnoticed', async () => {
    const bucket = stores.bucket();
    const { store, connection, kv } = await stores.connected({ bucket });
    const jsm = await jetstreamManager(connection);

    for await (const { name } of jsm.consumers.list(`KV_${bucket}`)) {
      await jsm.consumers.delete(`KV_${bucket}`, name);
    }
    await kv.put('acme.chat', JSON.stringify(aPolicy()));

    await eventually(() => store.has('acme', 'chat'));
  });
});

it('refuses an incompatible bucket, says why, and takes it once it is mended', async () => {
  const bucket = stores.bucket();
  const { source, connection } = await stores.source();
  await new Kvm(connection).create(bucket, { history: 3 });
  const store = stores.store({ bucket, seedDir: stores.folder({ 'acme/chat.json': {} }) });

  await store.start(source);

  await eventually(() => store.state.bucket === 'incompatible');
  expect(store.state.detail).toBe(
    `KV bucket ${bucket} exists but cannot be used: history must be at least 64 (has 3). ` +
      'Change it with the nats tool, or delete it and it is created anew',
  );
  expect(providersOf(store, 'acme', 'chat')).toEqual(['openai']);
  await (await jetstreamManager(connection)).streams.delete(`KV_${bucket}`);
  await eventually(() => store.state.bucket === 'synced');
});
