import { eventually, NatsParts, startTestNats, type TestNats } from '@beamline/testing';
import { Kvm } from '@nats-io/kv';
import { DEFAULT_SETTINGS } from '../core/index.js';
import { aSettingsStore, queue } from './settings-store.fixture.js';
import { SettingsStore, type SettingsStoreOptions } from './settings-store.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);
const aStore = (options: SettingsStoreOptions = {}, url?: string) =>
  aSettingsStore(parts, options, url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => parts.end());

describe('settings of a subject', () => {
  it('are what the process was started with, where the bucket says nothing', async () => {
    const { store } = await aStore();

    expect(store.settingsOf('work.do')).toBe(DEFAULT_SETTINGS);
  });

  it('are known without NATS as far as the process was told', () => {
    const store = new SettingsStore();

    expect(store.settingsOf('anything')).toBe(DEFAULT_SETTINGS);
  });

  it('stand over those of all, field by field', async () => {
    const { store } = await aStore();

    await store.put(undefined, queue(50, { latency_overload_ms: 70 }));
    await store.put('work.do', queue(5));

    expect(store.settingsOf('work.do').thresholds).toEqual({
      queueOverload: 5,
      latencyOverloadMs: 70,
      inflightOverload: 500,
    });
    expect(store.settingsOf('work.else').thresholds.queueOverload).toBe(50);
  });

  it('follow those of all when these change later', async () => {
    const { store } = await aStore();
    await store.put('work.do', queue(5));

    await store.put(undefined, { thresholds: { inflight_overload: 9 } });

    expect(store.settingsOf('work.do').thresholds).toMatchObject({
      queueOverload: 5,
      inflightOverload: 9,
    });
  });

  it('fall back to what is below when they are taken back', async () => {
    const { store } = await aStore();
    await store.put(undefined, queue(50));
    await store.put('work.do', queue(5));

    await store.remove('work.do');
    expect(store.settingsOf('work.do').thresholds.queueOverload).toBe(50);
    await store.remove(undefined);
    expect(store.settingsOf('work.do')).toBe(DEFAULT_SETTINGS);
  });

  it('are in force on other replicas, and the listeners are told', async () => {
    const one = await aStore();
    const other = await aStore({ bucket: one.bucket });
    const told: (string | undefined)[] = [];
    const end = other.store.onChange((subject) => void told.push(subject));

    await one.store.put('ärger.> *', queue(5));
    await one.store.put(undefined, queue(50));
    await eventually(() => told.length === 2);
    end();
    await one.store.remove('ärger.> *');
    await eventually(() => other.store.settingsOf('ärger.> *').thresholds.queueOverload === 50);

    expect(told).toEqual(['ärger.> *', undefined]);
    expect(other.store.subjects()).toEqual([]);
  });

  it('are found after a restart', async () => {
    const { store, bucket } = await aStore();
    await store.put('work.do', queue(5));
    await store.stop();

    const again = await aStore({ bucket });

    expect(again.store.settingsOf('work.do').thresholds.queueOverload).toBe(5);
    expect(again.store.document('work.do')).toMatchObject({ document: queue(5), revision: 1 });
  });

  it('are clamped at 1 as the contract says, and the answer tells of it', async () => {
    const { store } = await aStore();

    const put = await store.put('work.do', queue(-4));

    expect(put).toMatchObject({ ok: true, notes: [expect.stringContaining('queue_overload')] });
    expect(store.settingsOf('work.do').thresholds.queueOverload).toBe(1);
  });

  it('are put in force once, though the bucket tells of them again', async () => {
    const { store, kv, events } = await aStore();

    await store.put('work.do', queue(5));
    await kv.put('settings.other', JSON.stringify(queue(6)));
    await eventually(() => store.subjects().includes('other'));

    expect(events.filter(({ type }) => type === 'settings-applied')).toEqual([
      { type: 'settings-applied', subject: 'work.do', revision: 1 },
      { type: 'settings-applied', subject: 'other', revision: 2 },
    ]);
  });

  it('are not changed over a newer revision', async () => {
    const { store } = await aStore();
    const first = await store.put('work.do', queue(5), 0);
    await store.put('work.do', queue(6));

    expect(first).toMatchObject({ ok: true, revision: 1 });
    expect(await store.put('work.do', queue(7), 1)).toMatchObject({
      ok: false,
      reason: 'conflict',
    });
    expect(store.settingsOf('work.do').thresholds.queueOverload).toBe(6);
  });

  it('cannot be stored without NATS, and that is said at once', async () => {
    const store = new SettingsStore();

    expect(await store.put('work.do', queue(5))).toMatchObject({
      ok: false,
      reason: 'unavailable',
    });
    expect(store.settingsOf('work.do')).toBe(DEFAULT_SETTINGS);
  });
});

describe('an outage', () => {
  it('leaves in force what was known, and what changed meanwhile is told after it', async () => {
    const server = await startTestNats();
    const { store, bucket } = await aStore({}, server.url);
    await store.put('work.do', queue(5));

    await server.kill();
    await eventually(() => store.state === 'unreachable');
    expect(store.settingsOf('work.do').thresholds.queueOverload).toBe(5);
    expect(await store.put('work.do', queue(6))).toMatchObject({ reason: 'unavailable' });

    await server.restart();
    const writer = await new Kvm(await parts.connection(server.url)).open(bucket);
    await writer.put('settings.work=2edo', JSON.stringify(queue(7)));

    await eventually(() => store.settingsOf('work.do').thresholds.queueOverload === 7);
    await parts.end();
    await server.stop();
  });

  it('that takes the bucket is healed: what was in force is stored again', async () => {
    const { store, bucket, manager } = await aStore();
    for (let threshold = 1; threshold <= 5; threshold += 1) {
      await store.put('work.do', queue(threshold));
    }
    await store.put(undefined, queue(50));

    await manager.streams.delete(`KV_${bucket}`);

    await eventually(async () => {
      const info = await manager.streams.info(`KV_${bucket}`);
      return info.state.messages === 2;
    });
    expect(store.settingsOf('work.do').thresholds.queueOverload).toBe(5);
    expect(await store.put('work.do', queue(6))).toMatchObject({ ok: true });
    expect(store.settingsOf('work.do').thresholds.queueOverload).toBe(6);
    const other = await aStore({ bucket });
    expect(other.store.settingsOf('work.do').thresholds.queueOverload).toBe(6);
    expect(other.store.settingsOf('work.else').thresholds.queueOverload).toBe(50);
  });
});
