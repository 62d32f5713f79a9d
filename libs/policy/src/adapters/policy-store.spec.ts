import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { aPolicy, PolicyStores, providersOf } from './policy-stores.fixture.js';

let nats: TestNats;
const stores = new PolicyStores(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => stores.end());

describe('with NATS', () => {
  it('has a change in force on every replica', async () => {
    const bucket = stores.bucket();
    const [one, other] = [await stores.synced({ bucket }), await stores.synced({ bucket })];

    const put = await one.put(aPolicy({ providers: [{ name: 'mistral', weight: 100 }] }));

    expect(put).toEqual({ ok: true, revision: 1 });
    expect(providersOf(one, 'acme', 'chat')).toEqual(['mistral']);
    await eventually(() => providersOf(other, 'acme', 'chat')[0] === 'mistral');
  });

  it('takes a deleted policy out of force on every replica, and keeps its history', async () => {
    const bucket = stores.bucket();
    const [one, other] = [await stores.synced({ bucket }), await stores.synced({ bucket })];
    await one.put(aPolicy({ version: '1' }));
    await one.put(aPolicy({ version: '2' }));
    await eventually(() => other.has('acme', 'chat'));

    await one.remove('acme', 'chat');

    expect(one.has('acme', 'chat')).toBe(false);
    await eventually(() => !other.has('acme', 'chat'));
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
    const store = await stores.synced();
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
    const store = await stores.synced();
    await store.put(aPolicy());

    expect(await store.put(aPolicy(), 0)).toMatchObject({ ok: false, reason: 'conflict' });
    expect(await store.put(aPolicy(), 1)).toMatchObject({ ok: true });
    expect(await store.remove('acme', 'chat', 1)).toMatchObject({ ok: false, reason: 'conflict' });
  });

  it('refuses a policy beyond its limit, but not a new version of one it has', async () => {
    const store = await stores.synced({ maxPolicies: 1 });
    await store.put(aPolicy());

    expect(await store.put(aPolicy({ policy_id: 'more' }))).toMatchObject({ reason: 'store_full' });
    expect(await store.put(aPolicy())).toMatchObject({ ok: true });
  });

  it('lists the policies of one tenant', async () => {
    const store = await stores.synced();
    await store.put(aPolicy({ policy_id: 'b' }));
    await store.put(aPolicy({ policy_id: 'a' }));
    await store.put(aPolicy({ tenant_id: 'globex' }));

    expect(store.list('acme').map(({ policyId }) => policyId)).toEqual(['a', 'b']);
    expect(store.list('acme')[0]).toMatchObject({ source: 'kv', revision: 2 });
    expect(store.list('nobody')).toEqual([]);
  });

  it('stores the document as it was given, in its own spelling', async () => {
    const store = await stores.synced();
    const document = aPolicy({ providers: [{ id: 'openai', weight: 1 }], metadata: { a: [1] } });

    await store.put(document);

    expect(store.list('acme')[0]?.document).toEqual(document);
  });
});

describe('seeds', () => {
  it('are created in the bucket where they never existed', async () => {
    const bucket = stores.bucket();
    const seedDir = stores.folder({ 'acme/chat.json': {} });
    await stores.synced({ bucket, seedDir });

    const other = await stores.synced({ bucket });

    await eventually(() => other.has('acme', 'chat'));
    expect(await other.history('acme', 'chat')).toHaveLength(1);
  });

  it('do not replace what the bucket has', async () => {
    const bucket = stores.bucket();
    const before = await stores.synced({ bucket });
    await before.put(aPolicy({ providers: [{ name: 'mistral', weight: 100 }] }));

    const seeded = await stores.synced({
      bucket,
      seedDir: stores.folder({ 'acme/chat.json': {} }),
    });

    expect(providersOf(seeded, 'acme', 'chat')).toEqual(['mistral']);
    expect(await seeded.history('acme', 'chat')).toHaveLength(1);
  });

  it('stay deleted once they were deleted', async () => {
    const bucket = stores.bucket();
    const seedDir = stores.folder({ 'acme/chat.json': {} });
    const before = await stores.synced({ bucket, seedDir });
    await eventually(async () => (await before.history('acme', 'chat')).length === 1);
    await before.remove('acme', 'chat');
    await before.stop();

    const after = await stores.synced({ bucket, seedDir });

    expect(after.has('acme', 'chat')).toBe(false);
    expect(await after.history('acme', 'chat')).toHaveLength(2);
  });
});

it('loads many policies without holding the event loop', async () => {
  const bucket = stores.bucket();
  const { kv } = await stores.connected({ bucket });
  const writes = Array.from({ length: 3_000 }, (_, index) =>
    kv.put(`t${index}.chat`, JSON.stringify(aPolicy({ tenant_id: `t${index}` }))),
  );
  await Promise.all(writes);

  const store = await stores.synced({ bucket });

  expect(store.state).toMatchObject({ policies: 3_000, tenants: 3_000, problems: 0 });
  expect(providersOf(store, 't2999', 'chat')).toEqual(['openai']);
});
