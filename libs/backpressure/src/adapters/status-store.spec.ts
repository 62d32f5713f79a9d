import { eventually, NatsParts, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { Kvm } from '@nats-io/kv';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryCheckpoint } from '../core/history-checkpoint.js';
import type { OverloadEvent } from '../core/index.js';
import { StatusStore, type StatusStoreOptions } from './status-store.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => parts.end());

it('finds after a restart what was saved before it', async () => {
  const { store, bucket } = await aStore();
  store.save(aCheckpoint({ subject: 'work.do', status: 'active' }));
  store.save(aCheckpoint({ subject: 'ärger *.>', status: 'warning' }));
  await store.stop();

  const again = await aStore({ bucket });

  expect(await again.store.loaded).toEqual([
    aCheckpoint({ subject: 'work.do', status: 'active' }),
    aCheckpoint({ subject: 'ärger *.>', status: 'warning' }),
  ]);
});

it('finds nothing in an empty bucket', async () => {
  const { store } = await aStore();

  expect(await store.loaded).toEqual([]);
});

it('writes only the newest checkpoint of those that wait together', async () => {
  const { store, kv } = await aStore({ writeEveryMs: 20 });

  for (let n = 1; n <= 100; n += 1) store.save(aCheckpoint({ statusSinceMs: n }));
  await eventually(() => store.waiting === 0);

  const [key] = await keysOf(kv);
  const entry = await kv.get(key ?? '');
  expect(entry?.json()).toMatchObject({ statusSinceMs: 100 });
  expect(entry?.revision).toBe(1);
});

it('writes what waited when NATS is back', async () => {
  const server = await startTestNats();
  const { store, link, bucket } = await aStore({ writeEveryMs: 20 }, server.url);
  await server.kill();
  await eventually(() => !link.isConnected);

  store.save(aCheckpoint());
  expect(store.waiting).toBe(1);
  await server.restart();

  await eventually(() => store.waiting === 0);
  const again = await aStore({ bucket }, server.url);
  expect(await again.store.loaded).toEqual([aCheckpoint()]);
  await parts.end();
  await server.stop();
});

it('tries again what the server refused', async () => {
  const { store, bucket, manager } = await aStore({ writeEveryMs: 10 });
  await manager.streams.update(`KV_${bucket}`, { max_bytes: 1 });

  store.save(aCheckpoint());
  await sleep(100);
  // In hand while an attempt is on its way, waiting again once it is refused.
  await eventually(() => store.waiting === 1);
  await manager.streams.update(`KV_${bucket}`, { max_bytes: -1 });

  // It waits no longer while an attempt is on its way.
  await eventually(async () => {
    const { state } = await manager.streams.info(`KV_${bucket}`);
    expect([state.messages, store.waiting]).toEqual([1, 0]);
  });
});

it('fills a bucket again that was deleted', async () => {
  const { store, bucket, manager } = await aStore({ writeEveryMs: 20 });
  store.save(aCheckpoint());
  await eventually(() => store.waiting === 0);

  await manager.streams.delete(`KV_${bucket}`);

  await eventually(async () => {
    const info = await manager.streams.info(`KV_${bucket}`);
    return info.state.messages === 1;
  });
});

it.each<[string, string, RegExp]>([
  ['no JSON', '{', /^it is not JSON/],
  ['another version', text({ version: 9 }), /version/],
  ['a status that is none', text({ status: 'on fire' }), /status/],
  [
    'the subject of another key',
    text({ subject: 'work.else' }),
    /subject must be the one of its key/,
  ],
  ['too much', text({ noise: 'x'.repeat(20_000) }), /16384 are allowed/],
])('passes over %s, says so, and finds the rest', async (_what, garbage, problem) => {
  const { kv, bucket } = await aStore();
  await kv.put('status.work=2edo', garbage);
  await kv.put('status.good', text({ subject: 'good' }));
  await kv.put('settings.other', '{}');

  const events = recorder<OverloadEvent>();
  const { store } = await aStore({ bucket, observe: events.observe });

  expect(await store.loaded).toEqual([aCheckpoint({ subject: 'good' })]);
  expect(events.events).toEqual([
    { type: 'checkpoint-refused', subject: 'work.do', problem: expect.stringMatching(problem) },
  ]);
});

it('replaces a bad checkpoint by the next good one', async () => {
  const { kv, bucket } = await aStore();
  await kv.put('status.work=2edo', 'garbage');
  const { store } = await aStore({ bucket, writeEveryMs: 20 });
  await store.loaded;

  store.save(aCheckpoint());
  await eventually(() => store.waiting === 0);

  expect(await (await aStore({ bucket })).store.loaded).toEqual([aCheckpoint()]);
});

it('keeps checkpoints of so many subjects, and no more', async () => {
  const { store, kv } = await aStore({ maxSubjects: 3, writeEveryMs: 20 });

  for (let n = 0; n < 10; n += 1) store.save(aCheckpoint({ subject: `work-${n}` }));
  await eventually(() => store.waiting === 0);

  expect(await keysOf(kv)).toHaveLength(3);
});

it('takes no harm from a bucket that cannot serve', async () => {
  const bucket = parts.name('bucket');
  const manager = await parts.manager();
  await manager.streams.add({ name: `KV_${bucket}`, subjects: [`other-${bucket}.>`] });
  const link = parts.link();
  const store = new StatusStore({ bucket, writeEveryMs: 20 });
  parts.onEnd(() => store.stop());
  store.start(link);

  await eventually(() => store.state === 'incompatible');
  store.save(aCheckpoint());

  expect(await store.loaded).toEqual([]);
  expect(store.waiting).toBe(1);
});

async function aStore(options: StatusStoreOptions = {}, url: string = nats.url) {
  const bucket = options.bucket ?? parts.name('bucket');
  const link = parts.link(url);
  const connection = await link.ready;
  const store = new StatusStore({ auditEveryMs: 100, ...options, bucket });
  parts.onEnd(() => store.stop());
  store.start(link);
  await eventually(() => store.state === 'synced');
  const kv = await new Kvm(connection).open(bucket);
  return { store, bucket, link, kv, manager: await parts.manager(url) };
}

async function keysOf(kv: { keys(): Promise<AsyncIterable<string>> }): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const key of await kv.keys()) keys.push(key);
  return keys;
}

function aCheckpoint(changes: Partial<HistoryCheckpoint> = {}): HistoryCheckpoint {
  return {
    version: 1,
    subject: 'work.do',
    position: { stream: '2026-01-01T00:00:00Z', sequence: 7 },
    totals: { active: 1, warning: 2, recovery: 1, lastAtMs: 1_000 },
    status: 'inactive',
    statusSinceMs: 1_000,
    recovery: { recovered: true, recoveryTimeMs: 500, atMs: 1_000 },
    ...changes,
  };
}

function text(changes: object): string {
  return JSON.stringify({ ...aCheckpoint(), ...changes });
}
