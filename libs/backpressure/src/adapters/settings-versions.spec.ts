import { NatsParts, startTestNats, type TestNats } from '@beamline/testing';
import { aSettingsStore, queue } from './settings-store.fixture.js';
import { SettingsStore } from './settings-store.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => parts.end());

it.each(['work.do', undefined])('of %s are told, the newest first', async (subject) => {
  const { store } = await aSettingsStore(parts);
  await store.put(subject, queue(5));
  await store.put(subject, queue(7));
  await store.remove(subject);

  const versions = await store.versions(subject);

  expect(versions?.map(({ revision, document }) => [revision, document])).toEqual([
    [3, undefined],
    [2, queue(7)],
    [1, queue(5)],
  ]);
  expect(versions?.every(({ atMs }) => Math.abs(Date.now() - atMs) < 60_000)).toBe(true);
});

it('of what never had settings are none', async () => {
  const { store } = await aSettingsStore(parts);

  expect(await store.versions('work.do')).toEqual([]);
  expect(await store.versions('')).toEqual([]);
});

it('can be put in force again, and are a new version then', async () => {
  const { store } = await aSettingsStore(parts);
  await store.put('work.do', queue(5));
  await store.put('work.do', queue(7));

  expect(await store.restore('work.do', 1)).toEqual({ ok: true, revision: 3, notes: [] });

  expect(store.settingsOf('work.do').thresholds.queueOverload).toBe(5);
  expect((await store.versions('work.do'))?.map(({ document }) => document)).toEqual([
    queue(5),
    queue(7),
    queue(5),
  ]);
});

it('are put in force only over the revision that was expected', async () => {
  const { store } = await aSettingsStore(parts);
  await store.put('work.do', queue(5));
  await store.put('work.do', queue(7));

  expect(await store.restore('work.do', 1, 1)).toMatchObject({ ok: false, reason: 'conflict' });
  expect(store.settingsOf('work.do').thresholds.queueOverload).toBe(7);
});

it('that hold no settings cannot be put in force', async () => {
  const { store, kv } = await aSettingsStore(parts);
  await store.put('work.do', queue(5));
  await store.remove('work.do');
  await kv.put('settings.work=2edo', 'garbage');
  await kv.put('settings.work=2edo', '{"thresholds":{"queue":1}}');

  for (const revision of [2, 3, 9]) {
    const problems = [`the bucket keeps no document of revision ${revision}`];
    expect(await store.restore('work.do', revision)).toMatchObject({ reason: 'invalid', problems });
  }
  expect(await store.restore('work.do', 4)).toMatchObject({ ok: false, reason: 'invalid' });
});

it('are not known without NATS', async () => {
  const store = new SettingsStore();

  expect(await store.versions('work.do')).toBeUndefined();
  expect(await store.restore('work.do', 1)).toMatchObject({ ok: false, reason: 'unavailable' });
});
