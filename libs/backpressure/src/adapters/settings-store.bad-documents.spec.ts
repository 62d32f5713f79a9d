import { eventually, NatsParts, startTestNats, type TestNats } from '@beamline/testing';
import { DEFAULT_SETTINGS } from '../core/index.js';
import { aSettingsStore, queue } from './settings-store.fixture.js';
import type { SettingsStoreOptions } from './settings-store.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);
const aStore = (options: SettingsStoreOptions = {}, url?: string) =>
  aSettingsStore(parts, options, url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => parts.end());

describe('a bad document', () => {
  it.each<[string, unknown]>([
    ['no object', 7],
    ['a list', []],
    ['nothing', undefined],
    ['an unknown field', { tresholds: {} }],
    ['a threshold that is no number', { thresholds: { queue_overload: '5' } }],
    ['a mode that does not exist', { admission: { mode: 'hopeful' } }],
  ])('of %s is not stored', async (_what, document) => {
    const { store, kv } = await aStore();

    const put = await store.put('work.do', document);

    expect(put).toMatchObject({ ok: false, reason: 'invalid', problems: [expect.any(String)] });
    expect((await kv.status()).values).toBe(0);
  });

  it.each([[''], ['s'.repeat(1_024)], ['_defaults']])('has no subject like %j', async (subject) => {
    const { store } = await aStore();

    expect(await store.put(subject, queue(5))).toMatchObject({ ok: false, reason: 'invalid' });
  });

  it('that somebody else wrote is refused with the reason, and the one before it stays', async () => {
    const { store, kv, events } = await aStore();
    await store.put('work.do', queue(5));

    await kv.put('settings.work=2edo', '{"thresholds":{"queue_overload":"many"}}');

    await eventually(() => store.problems().length === 1);
    expect(store.settingsOf('work.do').thresholds.queueOverload).toBe(5);
    expect(store.problems()).toEqual([
      {
        name: 'work.do',
        revision: 2,
        problems: [expect.stringContaining('queue_overload')],
        lastGoodInForce: true,
      },
    ]);
    expect(events.filter(({ type }) => type === 'settings-refused')).toHaveLength(1);
  });

  it('is forgotten when a good one follows', async () => {
    const { store, kv } = await aStore();
    await kv.put('settings.work=2edo', 'garbage');
    await eventually(() => store.problems().length === 1);

    await store.put('work.do', queue(5));

    expect(store.problems()).toEqual([]);
    expect(store.settingsOf('work.do').thresholds.queueOverload).toBe(5);
  });

  it('does not bring the defaults back after a restart: the last good one is found behind it', async () => {
    const { store, kv, bucket } = await aStore();
    await store.put('work.do', queue(5));
    await store.put(undefined, queue(50));
    for (const garbage of ['1', '2', '3']) {
      await kv.put('settings.work=2edo', garbage);
      await kv.put('settings._defaults', garbage);
    }
    await store.stop();

    const again = await aStore({ bucket });

    await eventually(() => again.store.settingsOf('work.do').thresholds.queueOverload === 5);
    await eventually(() => again.store.settingsOf('other').thresholds.queueOverload === 50);
    expect(again.store.problems().map(({ lastGoodInForce }) => lastGoodInForce)).toEqual([
      true,
      true,
    ]);
  });

  it('after a deletion leaves nothing in force', async () => {
    const { store, kv, bucket } = await aStore();
    await store.put('work.do', queue(5));
    await store.remove('work.do');
    await kv.put('settings.work=2edo', 'garbage');
    await store.stop();

    const again = await aStore({ bucket });
    await eventually(() => again.store.problems().length === 1);
    await again.store.stop();

    expect(again.store.settingsOf('work.do')).toBe(DEFAULT_SETTINGS);
  });

  it('of another kind in the same bucket is left alone', async () => {
    const { store, kv } = await aStore();
    await kv.put('status.work=2edo', 'x');
    await kv.put('settings.=5fdefaults', 'x');
    await kv.put('settings.a.b', 'x');
    await kv.put('settings', 'x');

    await store.put('work.do', queue(5));

    expect(store.problems()).toEqual([]);
    expect(store.subjects()).toEqual(['work.do']);
  });
});

describe('bounds', () => {
  it('settings of one subject too many are refused, wherever they come from', async () => {
    const { store, kv } = await aStore({ maxSubjects: 2 });
    await store.put(undefined, queue(50));
    await store.put('a', queue(1));
    expect(await store.put('b', queue(2))).toMatchObject({ ok: true });

    expect(await store.put('c', queue(3))).toMatchObject({
      ok: false,
      reason: 'invalid',
      problems: ['there are settings of 2 subjects already'],
    });
    await kv.put('settings.d', JSON.stringify(queue(4)));
    await eventually(() => store.problems().length === 1);
    expect(store.settingsOf('d').thresholds.queueOverload).toBe(50);
    expect(await store.put('a', queue(9))).toMatchObject({ ok: true });
  });

  it('a document without end is refused', async () => {
    const { store, kv } = await aStore();

    await kv.put('settings.work=2edo', ' '.repeat(70_000));

    await eventually(() => store.problems().length === 1);
    expect(store.problems()[0]?.problems[0]).toContain('65536 are allowed');
  });
});
