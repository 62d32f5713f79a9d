import { NOTIFICATION_SUBJECTS, notificationSubjectOf } from '@beamline/contracts/core';
import { eventually, FakeClock, NatsParts, startTestNats, type TestNats } from '@beamline/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { aListener, aLoad, aNotifier } from './notifier.fixture.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeEach(async () => {
  nats = await startTestNats();
});
afterEach(async () => {
  await parts.end();
  await nats.stop();
});

it('tells everything at once when it takes the lead', async () => {
  const { heard, subjects } = await aListener(parts);
  const wall = new FakeClock(1_700_000_000_000);
  const { notifier, source, events } = await aNotifier(parts, { wall, ttlMs: 90_000 });
  source.set(aLoad({ status: 'active', effectiveStatus: 'active', creditPerSecond: 12.3456 }));

  notifier.start();

  await eventually(() => heard.length === 1);
  expect(subjects).toEqual([notificationSubjectOf('work.do')]);
  expect(heard).toEqual([
    {
      type: 'backpressure_status',
      status: 'active',
      subject: 'work.do',
      metrics: { pending_messages: 1_500, latency_p95_ms: 6_000, inflight_messages: 3 },
      timestamp: 1_700_000_000_000,
      retry_after_seconds: 30,
      effective_status: 'active',
      epoch: 1_700_000_000_000,
      seq: 1,
      ttl_ms: 90_000,
      credit: 12.346,
    },
  ]);
  expect(events).toEqual([
    { type: 'lead-taken', epoch: 1_700_000_000_000 },
    { type: 'notification-published', subject: 'work.do', status: 'active', isTransition: true },
  ]);
  expect(notifier.epoch).toBe(1_700_000_000_000);
});

it('tells of every subject again and again, with rising numbers', async () => {
  const { heard } = await aListener(parts);
  const { notifier, source } = await aNotifier(parts, { heartbeatMs: 20 });
  source.set(aLoad({ subject: 'one' }));
  source.set(aLoad({ subject: 'two' }));

  notifier.start();

  await eventually(() => heard.length >= 6);
  for (const subject of ['one', 'two']) {
    const seqs = heard.filter((each) => each.subject === subject).map(({ seq }) => seq);
    expect(seqs.slice(0, 3)).toEqual([1, 2, 3]);
  }
});

it('tells of a change soon, and of many changes at once in one', async () => {
  const { heard, connection } = await aListener(parts);
  const { notifier, source, link } = await aNotifier(parts, { minGapMs: 30 });
  source.set(aLoad());
  notifier.start();
  await eventually(() => heard.length === 1);

  for (let credit = 100; credit >= 0; credit -= 1) {
    source.set(aLoad({ creditPerSecond: credit }));
    notifier.changed('work.do');
  }

  await eventually(() => heard.length === 2);
  await sleep(50);
  await Promise.all([link.connection?.flush(), connection.flush()]);
  expect(heard.map(({ credit }) => credit)).toEqual([null, 0]);
});

it('keeps the least distance between two pushes of a subject, and of no other', async () => {
  const { heard, connection } = await aListener(parts);
  const { notifier, source, link } = await aNotifier(parts, { minGapMs: 40_000 });
  source.set(aLoad());
  notifier.start();
  await eventually(() => heard.length === 1);

  source.set(aLoad({ status: 'active' }));
  notifier.changed('work.do');
  source.set(aLoad({ subject: 'other' }));
  notifier.changed('other');

  await eventually(() => heard.length === 2);
  await sleep(30);
  await Promise.all([link.connection?.flush(), connection.flush()]);
  expect(heard.map(({ subject }) => subject)).toEqual(['work.do', 'other']);
});

it('says nothing when it is told of a change and nothing has changed', async () => {
  const { heard } = await aListener(parts);
  const { notifier, source } = await aNotifier(parts);
  source.set(aLoad());
  source.set(aLoad({ subject: 'other' }));
  notifier.start();
  await eventually(() => heard.length === 2);

  notifier.changed('work.do');
  notifier.changed('unknown');
  source.set(aLoad({ subject: 'other', status: 'warning' }));
  notifier.changed('other');

  await eventually(() => heard.length === 3);
  expect(heard[2]).toMatchObject({ subject: 'other', status: 'warning', seq: 2 });
});

it('looks at every subject when it is not told which one changed', async () => {
  const { heard } = await aListener(parts);
  const { notifier, source } = await aNotifier(parts);
  source.set(aLoad({ subject: 'one' }));
  source.set(aLoad({ subject: 'two' }));
  notifier.start();
  await eventually(() => heard.length === 2);

  source.set(aLoad({ subject: 'two', creditPerSecond: 1 }));
  notifier.changed();

  await eventually(() => heard.length === 3);
  expect(heard[2]).toMatchObject({ subject: 'two', credit: 1, seq: 2 });
});

it('says nothing while another replica leads, and goes on in its place as soon as it is gone', async () => {
  const { heard } = await aListener(parts);
  const { notifier, source, events } = await aNotifier(parts, { heartbeatMs: 40, ttlMs: 3_000 });
  source.leads = false;
  source.set(aLoad());
  notifier.start();
  notifier.changed('work.do');
  await sleep(100);
  expect(heard).toEqual([]);
  expect(notifier.epoch).toBeUndefined();

  source.leads = true;
  await eventually(() => heard.length >= 2);
  source.leads = false;
  await eventually(() => notifier.epoch === undefined);

  expect(events.map(({ type }) => type).filter((type) => type.startsWith('lead'))).toEqual([
    'lead-taken',
    'lead-lost',
  ]);
});

it('takes the lead at once when it is told that something changed', async () => {
  const { heard } = await aListener(parts);
  const { notifier, source } = await aNotifier(parts);
  source.leads = false;
  source.set(aLoad());
  notifier.start();

  source.leads = true;
  notifier.changed();

  await eventually(() => heard.length === 1);
  expect(heard[0]).toMatchObject({ seq: 1 });
});

it('takes an epoch above that of the leader before, also when its own clock is late', async () => {
  const { heard } = await aListener(parts);
  const ahead = await aNotifier(parts, { wall: new FakeClock(9_000_000) });
  const late = await aNotifier(parts, { wall: new FakeClock(1_000), heartbeatMs: 20 });
  ahead.source.set(aLoad());
  late.source.set(aLoad());
  late.source.leads = false;
  late.notifier.start();
  await late.link.connection?.flush();
  ahead.notifier.start();
  await eventually(() => heard.length > 0);
  await late.link.connection?.flush();

  ahead.notifier.stop();
  late.source.leads = true;

  await eventually(() => heard.some(({ epoch }) => epoch === 9_000_001));
  expect(late.notifier.epoch).toBe(9_000_001);
});

it('is not silenced for good by somebody who published under a greater epoch', async () => {
  const { heard, connection } = await aListener(parts);
  const { notifier, source, link } = await aNotifier(parts, { wall: new FakeClock(1_000) });
  source.set(aLoad());
  notifier.start();
  await eventually(() => heard.length === 1);
  await link.connection?.flush();

  const other = { subject: 'work.do', epoch: 5_000, seq: 90 };
  connection.publish(notificationSubjectOf('work.do'), JSON.stringify(other));

  await eventually(() => notifier.epoch === 5_001);
  source.set(aLoad({ status: 'active' }));
  notifier.changed('work.do');
  await eventually(() => heard.length === 3);
  expect(heard[2]).toMatchObject({ epoch: 5_001, seq: 1, status: 'active' });
});

it('tells of what is no notification ten times per heartbeat at most, and still hears what is', async () => {
  const connection = await parts.link().ready;
  const { notifier, events, link } = await aNotifier(parts, { wall: new FakeClock(1_000) });
  notifier.start();
  await link.connection?.flush();
  const subject = NOTIFICATION_SUBJECTS.replace('*', 'garbage');

  for (let n = 0; n < 1_000; n += 1) connection.publish(subject, n % 2 ? '{' : '{"epoch":[]}');
  connection.publish(subject, new Uint8Array(70_000));
  connection.publish(subject, JSON.stringify({ subject: 'a', epoch: 5_000, seq: 1 }));

  await eventually(() => notifier.epoch === 5_001);
  const refused = events.filter(({ type }) => type === 'notification-refused');
  expect(refused).toHaveLength(10);
  expect(refused[0]).toMatchObject({ problem: 'subject must be string (got nothing)' });
  expect(refused[1]).toMatchObject({ problem: 'it is not JSON in UTF-8 (1 bytes)' });
});

it('goes on after its server was gone', async () => {
  const { heard } = await aListener(parts);
  const { notifier, source, events, link } = await aNotifier(parts, { heartbeatMs: 20 });
  source.set(aLoad());
  notifier.start();
  await eventually(() => heard.length > 0);

  await nats.kill();
  await eventually(() => events.some(({ type }) => type === 'notification-unsent'));
  const before = heard.length;
  await nats.restart();

  await eventually(() => link.isConnected && heard.length > before + 2);
  const seqs = heard.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  expect(new Set(seqs).size).toBe(seqs.length);
});

it('tells a subject with any characters, and leaves out only what no server takes', async () => {
  const { heard } = await aListener(parts);
  const { notifier, source, events } = await aNotifier(parts);
  const endless = '*'.repeat(2_000);
  source.set(aLoad({ subject: endless }));
  source.set(aLoad({ subject: 'ärger\r\nX: y *.>' }));

  notifier.start();

  await eventually(() => heard.length === 1);
  expect(heard[0]).toMatchObject({ subject: 'ärger\r\nX: y *.>' });
  expect(events).toContainEqual({
    type: 'notification-unsent',
    subject: endless,
    status: 'inactive',
  });
});

it('neither tells nor hears anything once it is stopped', async () => {
  const { heard, connection } = await aListener(parts);
  const { notifier, source, link, registry, courier } = await aNotifier(parts, { heartbeatMs: 20 });
  source.set(aLoad());
  notifier.start();
  await eventually(() => heard.length > 0);

  notifier.stop();
  notifier.changed();
  registry.add('http://late');
  await Promise.all([link.connection?.flush(), connection.flush()]);
  const told = heard.length;
  await sleep(60);
  await Promise.all([link.connection?.flush(), connection.flush()]);

  expect(heard).toHaveLength(told);
  expect(courier.sent).toEqual([]);
});

it.each([
  [{ heartbeatMs: 9 }, 'notifier.heartbeatMs must be an integer from 10 (got 9)'],
  [{ heartbeatMs: 1_000, ttlMs: 1_000 }, 'notifier.ttlMs must be an integer from 1001 (got 1000)'],
  [{ minGapMs: -1 }, 'notifier.minGapMs must be an integer from 0 (got -1)'],
  [
    { heartbeatMs: 1_000, calmHeartbeatMs: 999 },
    'notifier.calmHeartbeatMs must be an integer from 1000 (got 999)',
  ],
])('checks its settings: %j', async (options, problem) => {
  await expect(aNotifier(parts, options)).rejects.toThrow(problem);
});
