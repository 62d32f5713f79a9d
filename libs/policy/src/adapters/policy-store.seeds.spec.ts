import { join } from 'node:path';
import { aPolicy, NO_NATS, PolicyStores, providersOf } from './policy-stores.fixture.js';

const stores = new PolicyStores(() => {
  throw new Error('there is no server');
});

afterEach(() => stores.end());

describe('without NATS', () => {
  it('finds the policies of the seed folder', async () => {
    const store = stores.store({ seedDir: stores.folder({ 'acme/chat.json': {} }) });

    await store.start(NO_NATS);

    expect(providersOf(store, 'acme', 'chat')).toEqual(['openai']);
    expect(store.state).toMatchObject({ seeded: true, loaded: false, bucket: 'connecting' });
  });

  it('takes the ids of a seed from the document, then from its path', async () => {
    const store = stores.store({
      seedDir: stores.folder({
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
    const seedDir = stores.folder({
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
    const store = stores.store({ seedDir });

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
    const store = stores.store({ seedDir: '/nowhere/at/all' });

    await store.start(NO_NATS);

    expect(store.problems()[0]?.problems[0]).toContain('/nowhere/at/all');
  });

  it('gives a tenant without a policy default the built-in one, unless told not to', () => {
    const policy = stores.store().find('anyone', undefined);

    expect(policy.ok && policy.policy).toMatchObject({ tenantId: 'anyone', policyId: 'default' });
    expect(stores.store().find('anyone', '').ok).toBe(true);
    expect(stores.store().find('anyone', 'other')).toEqual({
      ok: false,
      reason: 'policy_not_found',
    });
    expect(stores.store({ builtinDefault: false }).find('anyone', undefined).ok).toBe(false);
  });

  it('prefers a policy default of the tenant to the built-in one', async () => {
    const store = stores.store({ seedDir: stores.folder({ 'acme/default.json': {} }) });

    await store.start(NO_NATS);

    expect(providersOf(store, 'acme', undefined)).toEqual(['openai']);
  });

  it('answers a change at once when NATS is away', async () => {
    const store = stores.store();
    await store.start(NO_NATS);

    expect(await store.put(aPolicy())).toMatchObject({ ok: false, reason: 'unavailable' });
  });

  it('finds the same object at every hit', async () => {
    const store = stores.store({ seedDir: stores.folder({ 'acme/chat.json': {} }) });
    await store.start(NO_NATS);

    expect(store.find('acme', 'chat')).toBe(store.find('acme', 'chat'));
  });

  it('finds every policy when only few of them are kept compiled', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`acme/p${index}.json`, {}]),
    );
    const store = stores.store({ seedDir: stores.folder(files), maxCompiled: 3 });
    await store.start(NO_NATS);

    for (const round of [1, 2, 3]) {
      for (let index = 0; index < 20; index += 1) {
        const found = store.find('acme', `p${index}`);
        expect([round, found.ok && found.policy.policyId]).toEqual([round, `p${index}`]);
      }
    }
  });

  it('reports seeds beyond its limit', async () => {
    const store = stores.store({
      seedDir: stores.folder({ 'a/1.json': {}, 'a/2.json': {} }),
      maxPolicies: 1,
    });

    await store.start(NO_NATS);

    expect(store.state).toMatchObject({ policies: 1, problems: 1 });
  });

  it.each([
    ['maxPolicies', 0, 1],
    ['auditEveryMs', 50, 100],
  ])('refuses %s of %d', (option, value, least) => {
    expect(() => stores.store({ [option]: value })).toThrow(
      `policyStore.${option} must be an integer of at least ${least} (got ${value})`,
    );
  });
});
