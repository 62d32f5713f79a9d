import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import type { PolicyEvent } from '../core/index.js';
import { aPolicy, PolicyStores, providersOf } from './policy-stores.fixture.js';

let nats: TestNats;
const stores = new PolicyStores(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => stores.end());

describe('a corrupted document in the bucket', () => {
  it.each([
    ['not JSON', 'providers: []', 'must be JSON'],
    ['not UTF-8', new Uint8Array([0xff, 0xfe]), 'must be JSON'],
    ['an invalid policy', JSON.stringify(aPolicy({ providers: 7 })), 'providers'],
    ['the policy of another key', JSON.stringify(aPolicy({ tenant_id: 'globex' })), 'tenant_id'],
    ['a depth bomb', `{"metadata":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, ''],
  ])('that is %s is reported, and the last good one stays', async (_, value, problem) => {
    const events = recorder<PolicyEvent>();
    const { store, kv } = await stores.connected({ observe: events.observe });
    await store.put(aPolicy());

    await kv.put('acme.chat', value);

    await eventually(() => store.state.problems === 1);
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
    const { store, kv } = await stores.connected();
    await kv.put('acme.chat', 'broken');
    await eventually(() => store.state.problems === 1);

    await kv.put('acme.chat', JSON.stringify(aPolicy()));

    await eventually(() => store.state.problems === 0);
    expect(providersOf(store, 'acme', 'chat')).toEqual(['openai']);
  });

  it('is no problem any more once it is deleted', async () => {
    const { store, kv } = await stores.connected();
    await kv.put('acme.chat', 'broken');
    await eventually(() => store.state.problems === 1);

    await kv.delete('acme.chat');

    await eventually(() => store.state.problems === 0);
    expect(store.has('acme', 'chat')).toBe(false);
  });

  it('does not keep a restarted replica from the last good version', async () => {
    const bucket = stores.bucket();
    const { store, kv } = await stores.connected({ bucket });
    await store.put(aPolicy());
    await kv.put('acme.chat', 'broken');
    await kv.put('acme.chat', '{"also": "broken"}');
    await store.stop();

    const after = await stores.synced({ bucket });

    await eventually(() => after.has('acme', 'chat'));
    expect(providersOf(after, 'acme', 'chat')).toEqual(['openai']);
    expect(after.problems()[0]).toMatchObject({ lastGoodInForce: true });
  });

  it('does not bring back what was deleted before it came', async () => {
    const bucket = stores.bucket();
    const { store, kv } = await stores.connected({ bucket });
    await store.put(aPolicy());
    await store.remove('acme', 'chat');
    await kv.put('acme.chat', 'broken');
    await store.stop();

    const after = await stores.synced({ bucket });
    await eventually(() => after.state.problems === 1);
    await after.put(aPolicy({ policy_id: 'later' }));

    expect(after.has('acme', 'chat')).toBe(false);
  });

  it('under a key that is no policy key is reported', async () => {
    const { store, kv } = await stores.connected();

    await kv.put('just-one-part', '{}');

    await eventually(() => store.state.problems === 1);
    expect(store.problems()[0]?.where).toBe('just-one-part revision 1');
  });

  it('is listed only up to the limit, and counted beyond', async () => {
    const { store, kv } = await stores.connected({ maxProblems: 2 });

    for (const id of ['a', 'b', 'c']) await kv.put(`acme.${id}`, 'broken');
    await store.put(aPolicy());

    await eventually(() => store.state.problems === 2 && store.state.unlistedProblems === 1);
  });
});
