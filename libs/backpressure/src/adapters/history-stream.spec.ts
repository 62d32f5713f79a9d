import { backpressureEventSubject, SUBJECTS } from '@beamline/contracts/core';
import { eventually, NatsParts, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { jetstream } from '@nats-io/jetstream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamPosition } from '../core/history-checkpoint.js';
import type { HistoryEntry, OverloadEvent } from '../core/index.js';
import { HistoryStream, type HistoryStreamOptions } from './history-stream.js';
import { anEntry } from './overload-records.fixture.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(async () => {
  await parts.end();
  const manager = await parts.manager();
  await manager.streams.delete('router-events').catch(() => undefined);
  await parts.end();
});

it('tells an own entry at once, and again when it is stored', async () => {
  const { history, told } = await aSynced();

  history.append(anEntry({ id: 'a' }));
  expect(told).toEqual([{ id: 'a', position: undefined }]);

  await eventually(() => told.length === 2);
  expect(told[1]?.position?.sequence).toBe(1);
  expect(history.waiting).toBe(0);
});

it('tells all replicas the same in the same order', async () => {
  const one = await aSynced();
  const other = await aSynced();

  for (const id of ['a', 'b', 'c']) one.history.append(anEntry({ id }));
  for (const id of ['x', 'y', 'z']) other.history.append(anEntry({ id, subject: 'work.else' }));

  await eventually(() => stored(one.told).length === 6 && stored(other.told).length === 6);
  expect(stored(one.told)).toEqual(stored(other.told));
});

it('tells a new replica what happened before it came', async () => {
  const one = await aSynced();
  for (const id of ['a', 'b', 'c']) one.history.append(anEntry({ id }));
  await eventually(() => one.history.waiting === 0);
  await one.history.stop();

  const { told } = await aSynced();

  expect(stored(told)).toEqual(['a', 'b', 'c']);
});

it('reads only so much of the past as it may', async () => {
  const one = await aSynced();
  for (let n = 0; n < 30; n += 1) one.history.append(anEntry({ id: `${n}` }));
  await eventually(() => one.history.waiting === 0);

  const { told } = await aSynced({ readBack: 4 });

  expect(stored(told)).toEqual(['26', '27', '28', '29']);
});

it('stores an entry once, however often it is sent', async () => {
  const { history, told } = await aSynced();

  for (let n = 0; n < 3; n += 1) history.append(anEntry({ id: 'same' }));
  history.append(anEntry({ id: 'last' }));

  await eventually(() => stored(told).includes('last'));
  expect(stored(told)).toEqual(['same', 'last']);
});

it('passes over what is no entry', async () => {
  const { history, told, connection } = await aSynced();
  const js = jetstream(connection);
  const garbage = ['', 'null', '{', '{"id":"x"}', JSON.stringify(anEntry({ subject: '' }))];
  for (const data of garbage) await js.publish(backpressureEventSubject('work.do'), data);

  history.append(anEntry({ id: 'good' }));

  await eventually(() => stored(told).length === 1);
  expect(stored(told)).toEqual(['good']);
});

it('passes over other events of the stream', async () => {
  const { history, told, connection } = await aSynced();
  await jetstream(connection).publish(SUBJECTS.alertEvents, JSON.stringify(anEntry()));

  history.append(anEntry({ id: 'good' }));

  await eventually(() => stored(told).length === 1);
  expect(stored(told)).toEqual(['good']);
});

it('keeps what happens while NATS is away, and stores it when it is back', async () => {
  const server = await startTestNats();
  const { history, told, link } = await aSynced({}, server.url);
  await server.kill();
  await eventually(() => !link.isConnected);

  for (const id of ['a', 'b', 'c']) history.append(anEntry({ id }));
  expect(told.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(history.waiting).toBe(3);

  await server.restart();
  await eventually(() => stored(told).length === 3);
  expect(stored(told)).toEqual(['a', 'b', 'c']);
  await parts.end();
  await server.stop();
});

it('gives up the oldest entries when NATS is away for too long, and says how many', async () => {
  const server = await startTestNats();
  const { history, told, link, observed } = await aSynced({ capacity: 3 }, server.url);
  await server.kill();
  await eventually(() => !link.isConnected);

  for (let n = 0; n < 10; n += 1) history.append(anEntry({ id: `${n}` }));
  await server.restart();

  await eventually(() => stored(told).includes('9'));
  const lost = observed.of('history-lost').reduce((sum, { count }) => sum + count, 0);
  expect(stored(told).length).toBe(10 - lost);
  expect(lost).toBeGreaterThanOrEqual(6);
  await parts.end();
  await server.stop();
});

it('goes on in a new stream when the old one is deleted, and says that it is another one', async () => {
  const { history, told, manager } = await aSynced();
  history.append(anEntry({ id: 'a' }));
  await eventually(() => stored(told).length === 1);

  await manager.streams.delete('router-events');
  history.append(anEntry({ id: 'b' }));

  await eventually(() => stored(told).includes('b'));
  const positions = told.flatMap(({ position }) => position ?? []);
  expect(positions.map(({ sequence }) => sequence)).toEqual([1, 1]);
  expect(new Set(positions.map(({ stream }) => stream)).size).toBe(2);
});

it('keeps what happens while there is no stream to store it in', async () => {
  const manager = await parts.manager();
  const subjects = ['beamline.router.v1.events.other'];
  await manager.streams.add({ name: 'router-events', subjects, retention: 'workqueue' });
  const link = parts.link();
  await link.ready;
  const told: Told[] = [];
  const history = new HistoryStream({}, link, parts.publisher(link), listenerInto(told));
  parts.onEnd(() => history.stop());
  history.start();
  await eventually(() => history.state === 'incompatible');

  history.append(anEntry({ id: 'a' }));
  // Longer than an entry that is refused is tried for.
  await sleep(2_500);
  expect(history.waiting).toBe(1);
  await manager.streams.delete('router-events');

  await eventually(() => stored(told).length === 1);
});

it('tells before there is any NATS, and stores later', async () => {
  const told: Told[] = [];
  const link = parts.link('nats://127.0.0.1:9');
  const history = new HistoryStream({}, link, parts.publisher(link), listenerInto(told));
  parts.onEnd(() => history.stop());
  history.start();

  history.append(anEntry({ id: 'a' }));

  expect(told).toEqual([{ id: 'a', position: undefined }]);
  expect(history.state).toBe('connecting');
  expect(history.waiting).toBe(1);
});

it('stores what waits before it stops', async () => {
  const { history } = await aSynced();
  for (let n = 0; n < 20; n += 1) history.append(anEntry({ id: `${n}` }));

  await history.stop();

  const { told } = await aSynced();
  expect(stored(told)).toHaveLength(20);
});

it('keeps seven days and at most 1 GiB', async () => {
  const { manager } = await aSynced();

  const { config } = await manager.streams.info('router-events');
  expect(config).toMatchObject({
    subjects: ['beamline.router.v1.events.>'],
    max_age: 7 * 86_400 * 1e9,
    max_bytes: 1_073_741_824,
    storage: 'file',
  });
});

interface Told {
  readonly id: string;
  readonly position: StreamPosition | undefined;
}

async function aSynced(options: HistoryStreamOptions = {}, url: string = nats.url) {
  const link = parts.link(url);
  const connection = await link.ready;
  const manager = await parts.manager(url);
  const told: Told[] = [];
  const observed = recorder<OverloadEvent>();
  const history = new HistoryStream(
    { auditEveryMs: 100, observe: observed.observe, ...options },
    link,
    parts.publisher(link),
    listenerInto(told),
  );
  parts.onEnd(() => history.stop());
  history.start();
  await eventually(() => history.state === 'synced');
  return { history, told, link, connection, manager, observed };
}

function listenerInto(told: Told[]) {
  return {
    entry: ({ id }: HistoryEntry, position: StreamPosition | undefined) =>
      void told.push({ id, position }),
  };
}

/** Ids of the entries that came out of the stream, in its order. */
function stored(told: readonly Told[]): readonly string[] {
  return told.filter(({ position }) => position !== undefined).map(({ id }) => id);
}
