import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PolicyEvent } from '../core/index.js';
import type { NatsSource } from './nats-source.js';
import { PolicyStore } from './policy-store.js';
import type { PolicyStoreOptions } from './policy-store-options.js';

jest.setTimeout(30_000);

const stores: PolicyStore[] = [];
const connections: NatsConnection[] = [];
const folders: string[] = [];
let nats: TestNats;
let buckets = 0;

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(async () => {
  await nats.stop();
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()));
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('without NATS', () => {
  it('finds the policies of the seed folder', async () => {
    const store = aStore({ seedDir: aFolder({ 'acme/chat.json': {} }) });

    await store.start(NO_NATS);

    expect(providersOf(store, 'acme', 'chat')).toEqual(['openai']);
    expect(store.state).toMatchObject({ seeded: true, loaded: false, bucket: 'connecting' });
  });

  it('takes the ids of a seed from the document, then from its path', async () => {
    const store = aStore({
      seedDir: aFolder({
        'acme/by-path.json': {},
        'acme/01.json': { policy_id: 'by-document' },
        'globex.json': { tenant_id: 'globex', policy_id: 'flat' },
        'initech.json': { tenant_id: 'initech' },
      }),
    });

    await store.start(NO_NATS);

    expect(store.has('acme', 'by-path')).toBe(true);
    expect(store.has('acme', 'by-document')).toBe(true);
    expect(store.has('globex', 'flat')).toBe(true);
    expect(store.has('initech', 'initech')).toBe(true);
    expect(store.problems()).toEqual([]);
  });

  it('names the file of every seed that is not in force, and takes the others', async () => {
    const seedDir = aFolder({
      'acme/not-json.json': 'providers: []',
      'acme/wrong-tenant.json': { tenant_id: 'globex' },
      'acme/invalid.json': { providers: [{ name: 'openai', weight: 'much' }] },
      'acme/list.json': '[]',
      'homeless.json': {},
      'acme/twice.json': {},
      'acme/twice-again.json': { policy_id: 'twice' },
      'acme/good.json': {},
      'acme/readme.txt': 'not a policy',
    });
    const store = aStore({ seedDir });

    await store.start(NO_NATS);

    const lines = store.problems().flatMap(({ problems }) => problems);
    for (const file of ['not-json', 'wrong-tenant', 'invalid', 'list', 'twice']) {
      expect(lines).toContainEqual(expect.stringContaining(join(seedDir, 'acme', `${file}.json`)));
    }
    expect(lines).toContainEqual(expect.stringContaining(join(seedDir, 'homeless.json')));
    expect(store.problems()).toHaveLength(6);
    expect(store.has('acme', 'good')).toBe(true);
  });

  it('reports a seed folder that cannot be read', async () => {
    const store = aStore({ seedDir: '/nowhere/at/all' });

    await store.start(NO_NATS);

    expect(store.problems()[0]?.problems[0]).toContain('/nowhere/at/all');
  });

  it('gives a tenant without a policy default the built-in one, unless told not to', () => {
    const policy = aStore().find('anyone', undefined);

    expect(policy.ok && policy.policy).toMatchObject({ tenantId: 'anyone', policyId: 'default' });
    expect(aStore().find('anyone', '').ok).toBe(true);
    expect(aStore().find('anyone', 'other')).toEqual({ ok: false, reason: 'policy_not_found' });
    expect(aStore({ builtinDefault: false }).find('anyone', undefined).ok).toBe(false);
  });

  it('prefers a policy default of the tenant to the built-in one', async () => {
    const store = aStore({ seedDir: aFolder({ 'acme/default.json': {} }) });

    await store.start(NO_NATS);

    expect(providersOf(store, 'acme', undefined)).toEqual(['openai']);
  });

  it('answers a change at once when NATS is away', async () => {
    const store = aStore();
    await store.start(NO_NATS);

    expect(await store.put(aPolicy())).toMatchObject({ ok: false, reason: 'unavailable' });
  });

  it('finds the same object at every hit', async () => {
    const store = aStore({ seedDir: aFolder({ 'acme/chat.json': {} }) });
    await store.start(NO_NATS);

    expect(store.find('acme', 'chat')).toBe(store.find('acme', 'chat'));
  });

  it('finds every policy when only few of them are kept compiled', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`acme/p${index}.json`, {}]),
    );
    const store = aStore({ seedDir: aFolder(files), maxCompiled: 3 });
    await store.start(NO_NATS);

    for (const round of [1, 2, 3]) {
      for (let index = 0; index < 20; index += 1) {
        const found = store.find('acme', `p${index}`);
        expect([round, found.ok && found.policy.policyId]).toEqual([round, `p${index}`]);
      }
    }
  });

  it('reports seeds beyond its limit', async () => {
    const store = aStore({ seedDir: aFolder({ 'a/1.json': {}, 'a/2.json': {} }), maxPolicies: 1 });

    await store.start(NO_NATS);

    expect(store.state).toMatchObject({ policies: 1, problems: 1 });
  });

  it.each([
    ['maxPolicies', 0, 1],
    ['auditEveryMs', 50, 100],
  ])('refuses %s of %d', (option, value, least) => {
    expect(() => aStore({ [option]: value })).toThrow(
      `policyStore.${option} must be an integer of at least ${least} (got ${value})`,
    );
  });
});

describe('with NATS', () => {
  it('has a change in force on every replica within a second', async () => {
    const bucket = aBucket();
    const [one, other] = [await aSyncedStore({ bucket }), await aSyncedStore({ bucket })];

    const put = await one.put(aPolicy({ providers: [{ name: 'mistral', weight: 100 }] }));

    expect(put).toEqual({ ok: true, revision: 1 });
    expect(providersOf(one, 'acme', 'chat')).toEqual(['mistral']);
    await eventually(() => providersOf(other, 'acme', 'chat')[0] === 'mistral', {
      timeoutMs: 1_000,
    });
  });

  it('takes a deleted policy out of force on every replica, and keeps its history', async () => {
    const bucket = aBucket();
    const [one, other] = [await aSyncedStore({ bucket }), await aSyncedStore({ bucket })];
    await one.put(aPolicy({ version: '1' }));
    await one.put(aPolicy({ version: '2' }));
    await eventually(() => other.has('acme', 'chat'));

    await one.remove('acme', 'chat');

    expect(one.has('acme', 'chat')).toBe(false);
    await eventually(() => !other.has('acme', 'chat'), { timeoutMs: 1_000 });
    const history = await other.history('acme', 'chat');
    expect(
      history.map(({ revision, text }) => [revision, text && JSON.parse(text).version]),
    ).toEqual([
      [1, '1'],
      [2, '2'],
      [3, undefined],
    ]);
    expect(await one.remove('acme', 'chat')).toMatchObject({ reason: 'policy_not_found' });
    expect(await one.history('acme', 'never')).toEqual([]);
  });

  it('refuses an invalid document with all its problems, and stores nothing', async () => {
    const store = await aSyncedStore({});
    await store.put(aPolicy());

    const put = await store.put(
      aPolicy({ providers: [{ name: 'a b', weight: 1 }], sticky: { enabled: 'yes' } }),
    );

    expect(put).toMatchObject({ ok: false, reason: 'invalid_policy' });
    expect(put.ok ? [] : put.problems.length).toBeGreaterThanOrEqual(2);
    expect(providersOf(store, 'acme', 'chat')).toEqual(['openai']);
    expect(await store.history('acme', 'chat')).toHaveLength(1);
  });

  it('refuses a change that builds on another revision', async () => {
    const store = await aSyncedStore({});
    await store.put(aPolicy());

    expect(await store.put(aPolicy(), 0)).toMatchObject({ ok: false, reason: 'conflict' });
    expect(await store.put(aPolicy(), 1)).toMatchObject({ ok: true });
    expect(await store.remove('acme', 'chat', 1)).toMatchObject({ ok: false, reason: 'conflict' });
  });

  it('refuses a policy beyond its limit, but not a new version of one it has', async () => {
    const store = await aSyncedStore({ maxPolicies: 1 });
    await store.put(aPolicy());

    expect(await store.put(aPolicy({ policy_id: 'more' }))).toMatchObject({ reason: 'store_full' });
    expect(await store.put(aPolicy())).toMatchObject({ ok: true });
  });

  it('lists the policies of one tenant', async () => {
    const store = await aSyncedStore({});
    await store.put(aPolicy({ policy_id: 'b' }));
    await store.put(aPolicy({ policy_id: 'a' }));
    await store.put(aPolicy({ tenant_id: 'globex' }));

    expect(store.list('acme').map(({ policyId }) => policyId)).toEqual(['a', 'b']);
    expect(store.list('acme')[0]).toMatchObject({ source: 'kv', revision: 2 });
    expect(store.list('nobody')).toEqual([]);
  });

  it('stores the document as it was given, with the spellings and parts it does not know', async () => {
    const store = await aSyncedStore({});
    const document = aPolicy({ x_own: { a: 1 }, metadata: { owner: 'platform' } });

    await store.put(document);

    expect(store.list('acme')[0]?.document).toEqual(document);
  });
});

describe('seeds', () => {
  it('are created in the bucket where they never existed', async () => {
    const bucket = aBucket();
    const seedDir = aFolder({ 'acme/chat.json': {} });
    await aSyncedStore({ bucket, seedDir });

    const other = await aSyncedStore({ bucket });

    await eventually(() => other.has('acme', 'chat'));
    expect(await other.history('acme', 'chat')).toHaveLength(1);
  });

  it('do not replace what the bucket has', async () => {
    const bucket = aBucket();
    const before = await aSyncedStore({ bucket });
    await before.put(aPolicy({ providers: [{ name: 'mistral', weight: 100 }] }));

    const seeded = await aSyncedStore({ bucket, seedDir: aFolder({ 'acme/chat.json': {} }) });

    expect(providersOf(seeded, 'acme', 'chat')).toEqual(['mistral']);
    expect(await seeded.history('acme', 'chat')).toHaveLength(1);
  });

  it('stay deleted once they were deleted', async () => {
    const bucket = aBucket();
    const seedDir = aFolder({ 'acme/chat.json': {} });
    const before = await aSyncedStore({ bucket, seedDir });
    await eventually(async () => (await before.history('acme', 'chat')).length === 1);
    await before.remove('acme', 'chat');
    await before.stop();

    const after = await aSyncedStore({ bucket, seedDir });

    expect(after.has('acme', 'chat')).toBe(false);
    expect(await after.history('acme', 'chat')).toHaveLength(2);
  });
});

describe('a corrupted document in the bucket', () => {
  it.each([
    ['not JSON', 'providers: []', 'must be JSON'],
    ['not UTF-8', new Uint8Array([0xff, 0xfe]), 'must be JSON'],
    ['an invalid policy', JSON.stringify(aPolicy({ providers: 7 })), 'providers'],
    ['the policy of another key', JSON.stringify(aPolicy({ tenant_id: 'globex' })), 'tenant_id'],
    ['a depth bomb', `{"metadata":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, ''],
  ])('that is %s is reported, and the last good one stays', async (_, value, problem) => {
    const events = recorder<PolicyEvent>();
    const { store, kv } = await aStoreAndKv({ observe: events.observe });
    await store.put(aPolicy());

    await kv.put('acme.chat', value);

    await eventually(() => store.state.problems === 1, { timeoutMs: 1_000 });
    expect(providersOf(store, 'acme', 'chat')).toEqual(['openai']);
    const [reported] = store.problems();
    expect(reported).toMatchObject({
      tenantId: 'acme',
      policyId: 'chat',
      source: 'kv',
      where: 'acme.chat revision 2',
      lastGoodInForce: true,
    });
    expect(reported?.problems.join()).toContain(problem);
    expect(events.of('policy-rejected')).toHaveLength(1);
  });

  it('is no problem any more once it is mended', async () => {
    const { store, kv } = await aStoreAndKv({});
    await kv.put('acme.chat', 'broken');
    await eventually(() => store.state.problems === 1);

    await kv.put('acme.chat', JSON.stringify(aPolicy()));

    await eventually(() => store.state.problems === 0);
    expect(providersOf(store, 'acme', 'chat')).toEqual(['openai']);
  });

  it('is no problem any more once it is deleted', async () => {
    const { store, kv } = await aStoreAndKv({});
    await kv.put('acme.chat', 'broken');
    await eventually(() => store.state.problems === 1);

    await kv.delete('acme.chat');

    await eventually(() => store.state.problems === 0);
    expect(store.has('acme', 'chat')).toBe(false);
  });

  it('does not keep a restarted replica from the last good version', async () => {
    const bucket = aBucket();
    const { store, kv } = await aStoreAndKv({ bucket });
    await store.put(aPolicy());
    await kv.put('acme.chat', 'broken');
    await kv.put('acme.chat', '{"also": "broken"}');
    await store.stop();

    const after = await aSyncedStore({ bucket });

    await eventually(() => after.has('acme', 'chat'));
    expect(providersOf(after, 'acme', 'chat')).toEqual(['openai']);
    expect(after.problems()[0]).toMatchObject({ lastGoodInForce: true });
  });

  it('does not bring back what was deleted before it came', async () => {
    const bucket = aBucket();
    const { store, kv } = await aStoreAndKv({ bucket });
    await store.put(aPolicy());
    await store.remove('acme', 'chat');
    await kv.put('acme.chat', 'broken');
    await store.stop();

    const after = await aSyncedStore({ bucket });
    await eventually(() => after.state.problems === 1);
    await after.put(aPolicy({ policy_id: 'later' }));

    expect(after.has('acme', 'chat')).toBe(false);
  });

  it('under a key that is no policy key is reported', async () => {
    const { store, kv } = await aStoreAndKv({});

    await kv.put('just-one-part', '{}');

    await eventually(() => store.state.problems === 1);
    expect(store.problems()[0]?.where).toBe('just-one-part revision 1');
  });

  it('is listed only up to the limit, and counted beyond', async () => {
    const { store, kv } = await aStoreAndKv({ maxProblems: 2 });

    for (const id of ['a', 'b', 'c']) await kv.put(`acme.${id}`, 'broken');
    await store.put(aPolicy());

    await eventually(() => store.state.problems === 2 && store.state.unlistedProblems === 1);
  });
});

describe('an outage', () => {
  it('of a crashed server ends by itself, and what changed meanwhile is told', async () => {
    const server = await startTestNats();
    const store = aStore({ bucket: aBucket() });
    const source = await aSource(server.url);
    await store.start(source);
    await eventually(() => store.state.bucket === 'synced');
    await store.put(aPolicy());

    await server.kill();
    await eventually(() => store.state.bucket === 'unreachable');
    const during = providersOf(store, 'acme', 'chat');
    await server.restart();
    const writer = await new Kvm((await aSource(server.url)).connection as NatsConnection).open(
      `bucket-${buckets}`,
    );
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
    const options = { bucket: aBucket(), storage: { storage: 'memory' as const } };
    const store = aStore(options);
    await store.start(await aSource(server.url));
    await eventually(() => store.state.bucket === 'synced');
    await store.put(aPolicy());

    await server.restart();

    const other = aStore(options);
    await other.start(await aSource(server.url));
    await eventually(() => other.has('acme', 'chat'));
    expect(store.has('acme', 'chat')).toBe(true);
    await Promise.all([store.stop(), other.stop()]);
    await server.stop();
  });

  it('of a deleted bucket is healed without losing a policy', async () => {
    const bucket = aBucket();
    const { store, connection } = await aStoreAndKv({ bucket });
    await store.put(aPolicy());
    await store.put(aPolicy({ policy_id: 'deleted' }));
    await store.remove('acme', 'deleted');

    await (await jetstreamManager(connection)).streams.delete(`KV_${bucket}`);

    await eventually(async () => (await store.history('acme', 'chat')).length === 1);
    expect(store.has('acme', 'chat')).toBe(true);
    expect(store.has('acme', 'deleted')).toBe(false);
    await store.put(aPolicy({ providers: [{ name: 'mistral', weight: 1 }] }));
    const other = await aSyncedStore({ bucket });
    expect(providersOf(other, 'acme', 'chat')).toEqual(['mistral']);
  });

  it('of a purged bucket is healed without losing a policy', async () => {
    const bucket = aBucket();
    const { store, connection } = await aStoreAndKv({ bucket });
    await store.put(aPolicy());
    await eventually(async () => (await store.history('acme', 'chat')).length === 1);

    await (await jetstreamManager(connection)).streams.purge(`KV_${bucket}`);

    await eventually(async () => (await store.history('acme', 'chat')).length === 1);
    expect(store.has('acme', 'chat')).toBe(true);
  });

  it('of a lost consumer goes unnoticed', async () => {
    const bucket = aBucket();
    const { store, connection, kv } = await aStoreAndKv({ bucket });
    const jsm = await jetstreamManager(connection);

    for await (const { name } of jsm.consumers.list(`KV_${bucket}`)) {
      await jsm.consumers.delete(`KV_${bucket}`, name);
    }
    await kv.put('acme.chat', JSON.stringify(aPolicy()));

    await eventually(() => store.has('acme', 'chat'), { timeoutMs: 2_000 });
  });
});

it('refuses an incompatible bucket, says why, and takes it once it is mended', async () => {
  const bucket = aBucket();
  const source = await aSource(nats.url);
  const connection = await source.ready;
  await new Kvm(connection).create(bucket, { history: 3 });
  const store = aStore({ bucket, seedDir: aFolder({ 'acme/chat.json': {} }) });

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

it('loads many policies without holding the event loop', async () => {
  const bucket = aBucket();
  const { kv } = await aStoreAndKv({ bucket });
  const writes = Array.from({ length: 3_000 }, (_, index) =>
    kv.put(`t${index}.chat`, JSON.stringify(aPolicy({ tenant_id: `t${index}` }))),
  );
  await Promise.all(writes);

  const store = await aSyncedStore({ bucket });

  expect(store.state).toMatchObject({ policies: 3_000, tenants: 3_000, problems: 0 });
  expect(providersOf(store, 't2999', 'chat')).toEqual(['openai']);
});

const NO_NATS: NatsSource = {
  ready: new Promise(() => undefined),
  connection: undefined,
  isConnected: false,
};

function aPolicy(parts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    tenant_id: 'acme',
    policy_id: 'chat',
    providers: [{ name: 'openai', weight: 100 }],
    ...parts,
  };
}

function aFolder(files: Readonly<Record<string, unknown>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'beamline-seeds-'));
  folders.push(dir);
  for (const [name, content] of Object.entries(files)) {
    const file = join(dir, name);
    mkdirSync(dirname(file), { recursive: true });
    const document = { providers: [{ name: 'openai', weight: 100 }], ...(content as object) };
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(document));
  }
  return dir;
}

function providersOf(store: PolicyStore, tenantId: string, policyId: string | undefined) {
  const found = store.find(tenantId, policyId);
  return found.ok ? found.policy.providers.map(({ id }) => id) : [];
}

function aBucket(): string {
  buckets += 1;
  return `bucket-${buckets}`;
}

function aStore(options: PolicyStoreOptions = {}): PolicyStore {
  const store = new PolicyStore({ auditEveryMs: 100, ...options });
  stores.push(store);
  return store;
}

async function aStoreAndKv(options: PolicyStoreOptions) {
  const bucket = options.bucket ?? aBucket();
  const source = await aSource(nats.url);
  const store = aStore({ bucket, ...options });
  await store.start(source);
  await eventually(() => store.state.bucket === 'synced');
  const connection = await source.ready;
  return { store, connection, kv: await new Kvm(connection).open(bucket) };
}

async function aSyncedStore(options: PolicyStoreOptions): Promise<PolicyStore> {
  return (await aStoreAndKv(options)).store;
}

async function aSource(url: string): Promise<NatsSource> {
  const connection = await connect({
    servers: url,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
  });
  connections.push(connection);
  let isConnected = true;
  void (async () => {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') isConnected = false;
      if (type === 'reconnect') isConnected = true;
    }
  })();
  return {
    connection,
    ready: Promise.resolve(connection),
    get isConnected() {
      return isConnected;
    },
  };
}
