import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_SETTINGS, type OverloadEvent } from '../core/index.js';
import type { OverloadControlOptions } from './overload-control-options.js';
import {
  allKnown,
  connectionOf,
  FINE,
  OVERLOADED,
  Replicas,
  statusOf,
  SUBJECT,
  typesOf,
} from './replicas.fixture.js';

let nats: TestNats;
const replicas = new Replicas(() => nats.url);

beforeEach(async () => {
  nats = await startTestNats();
});
afterEach(async () => {
  await replicas.end();
  await nats.stop();
});

async function aReplica(id: string, options: OverloadControlOptions = {}) {
  const events = recorder<OverloadEvent>();
  return { ...(await replicas.replica(id, { observe: events.observe, ...options })), events };
}

async function twoReplicas() {
  const [a, b] = [await aReplica('a'), await aReplica('b')];
  await eventually(() => allKnown(a.control, b.control));
  return { a, b };
}

it('tell one truth', async () => {
  const { a, b } = await twoReplicas();

  a.subject.override(OVERLOADED);
  await eventually(() => statusOf(b.control).status === 'active');
  a.subject.override(FINE);
  await eventually(() => statusOf(b.control).status === 'inactive');
  await eventually(() => typesOf(b.control).length === 2);

  expect(typesOf(a.control)).toEqual(['backpressure_active', 'recovery']);
  expect(b.control.history.entries(SUBJECT)).toEqual(a.control.history.entries(SUBJECT));
  const nowMs = Date.now();
  expect(b.control.history.aggregates(SUBJECT, nowMs)).toEqual(
    a.control.history.aggregates(SUBJECT, nowMs),
  );
  const [ofA, ofB] = [statusOf(a.control), statusOf(b.control)];
  expect(ofB).toMatchObject({
    leader: 'a',
    replicas: ['a', 'b'],
    sinceMs: ofA.sinceMs,
    recovery: ofA.recovery,
  });
});

it('write each change down once', async () => {
  const { a, b } = await twoReplicas();

  for (const [signals, expected] of [
    [OVERLOADED, 'active'],
    [FINE, 'inactive'],
  ] as const) {
    for (const { subject } of [a, b]) subject.override(signals);
    await eventually(() => [a, b].every(({ control }) => statusOf(control).status === expected));
  }

  await eventually(() => typesOf(b.control).length === 2);
  expect(a.events.of('history-entry')).toHaveLength(2);
  expect(b.events.of('history-entry')).toHaveLength(0);
  expect(a.events.of('alert').map(({ alert }) => alert.state)).toEqual(['raised', 'resolved']);
  expect(b.events.of('alert')).toHaveLength(0);
});

it('count what both have in hand, and merge the latencies of both', async () => {
  const { a, b } = await twoReplicas();
  for (let n = 0; n < 3; n += 1) a.subject.admit({ criticality: 'default' });
  for (let n = 0; n < 4; n += 1) b.subject.admit({ criticality: 'default' });
  for (let n = 0; n < 90; n += 1) a.subject.recordLatency(10);
  for (let n = 0; n < 10; n += 1) b.subject.recordLatency(1_000);

  await eventually(() => {
    for (const { control } of [a, b]) {
      const { signals } = statusOf(control);
      expect(signals.inflightMessages).toBe(7);
      // The 95th of all hundred, and no mean of 10 and 1000. A bucket is 9 % wide.
      expect(signals.latencyP95Ms).toBeGreaterThan(950);
      expect(signals.latencyP95Ms).toBeLessThan(1_050);
    }
  });
});

it('go on with the same status when the leader dies, and the next one leads', async () => {
  const { a, b } = await twoReplicas();
  for (const { subject } of [a, b]) subject.override(OVERLOADED);
  await eventually(() => statusOf(b.control).status === 'active');

  // Like a crash: nobody is told of it.
  await a.link.close(0);
  await eventually(() => b.events.of('leader-changed').at(-1)?.replica === 'b');

  expect(b.events.of('replica-lost')).toEqual([{ type: 'replica-lost', replica: 'a' }]);
  expect(statusOf(b.control)).toMatchObject({ status: 'active', leader: 'b', replicas: ['b'] });
  b.subject.override(FINE);
  await eventually(() => statusOf(b.control).status === 'inactive');
  // The new leader did not raise it again, and resolves what the old one raised.
  expect(b.events.of('alert').map(({ alert }) => alert.state)).toEqual(['resolved']);
  expect(typesOf(b.control)).toEqual(['backpressure_active', 'recovery']);
});

it('have a new leader by default settings too', async () => {
  const byDefault = { evaluateEveryMs: 200, reportEveryMs: 1_000, liveForMs: 3_000 };
  const [a, b] = [await aReplica('a', byDefault), await aReplica('b', byDefault)];
  await eventually(() => allKnown(a.control, b.control));
  await eventually(() => statusOf(b.control).leader === 'a');

  await a.link.close(0);
  await eventually(() => statusOf(b.control).leader === 'b');

  b.subject.override(OVERLOADED);
  await eventually(() => typesOf(b.control).includes('backpressure_active'));
});

it('agree on whether the status stands for the signals or for hysteresis alone', async () => {
  const { a, b } = await twoReplicas();

  // A drill of the leader: what the other one measures says nothing of it.
  a.subject.override(OVERLOADED);
  await eventually(() => b.subject.isOverloaded);
  a.subject.override({ ...OVERLOADED, latencyP95Ms: 0 });
  await eventually(() => !b.subject.isOverloaded);

  expect(statusOf(a.control).status).toBe('active');
  expect(statusOf(b.control).status).toBe('active');
});

it('believe a newcomer with a lower id only what it has heard', async () => {
  const b = await aReplica('b');
  b.subject.override(OVERLOADED);
  await eventually(() => typesOf(b.control).length === 1);
  const seen: string[] = [];
  b.control.onLoadChange((subject) => seen.push(statusOf(b.control, subject).status));

  const a = await aReplica('a');
  a.subject.override(OVERLOADED);
  await eventually(() => statusOf(b.control).leader === 'a');
  // A report or two later it would have told what it thinks.
  await sleep(500);

  expect(seen.filter((status) => status !== 'active')).toEqual([]);
  expect(statusOf(a.control).status).toBe('active');
  expect(typesOf(a.control)).toEqual(['backpressure_active']);
});

it('answer for a subject that only one of them serves', async () => {
  const a = await aReplica('a');
  const b = await aReplica('b', { subjects: [{ name: SUBJECT }, { name: 'only-b' }] });
  await eventually(() => allKnown(a.control, b.control));
  const subject = b.control.subject('only-b');
  subject.admit({ criticality: 'default' });
  subject.recordLatency(6_000);

  await eventually(() => {
    expect(statusOf(a.control, 'only-b')).toMatchObject({
      status: 'warning',
      view: undefined,
      signals: { inflightMessages: 1 },
    });
  });
  await eventually(() => statusOf(b.control, 'only-b').status === 'warning');
  await b.control.stop();
  await eventually(() => !a.control.subjects().includes('only-b'));
});

it('resolve what they raised for a subject that nobody serves any more', async () => {
  const thresholds = { ...DEFAULT_SETTINGS.thresholds, inflightOverload: 1 };
  const options = { defaults: { ...DEFAULT_SETTINGS, thresholds } };
  const a = await aReplica('a', options);
  const b = await aReplica('b', { ...options, subjects: [{ name: SUBJECT }, { name: 'only-b' }] });
  await eventually(() => allKnown(a.control, b.control));
  const subject = b.control.subject('only-b');
  for (let n = 0; n < 2; n += 1) subject.admit({ criticality: 'default' });
  subject.recordLatency(6_000);
  await eventually(() => a.events.of('alert').length === 1);

  await b.control.stop();

  await eventually(() => a.events.of('subject-forgotten').length === 1);
  expect(a.control.subjects()).toEqual([SUBJECT]);
  expect(a.events.of('alert').map(({ alert: { subject: of, state } }) => [of, state])).toEqual([
    ['only-b', 'raised'],
    ['only-b', 'resolved'],
  ]);
  expect(a.control.history.entries('only-b')[0]).toMatchObject({ type: 'recovery' });
});

it('serve an own new subject however many only others serve', async () => {
  const a = await aReplica('a', { maxSubjects: 2 });
  const b = await aReplica('b', { subjects: [{ name: SUBJECT }, { name: 'only-b' }] });
  await eventually(() => allKnown(a.control, b.control));
  await eventually(() => a.control.subjects().includes('only-b'));

  expect(a.control.subject('own').name).toBe('own');

  expect(a.control.subjects()).toEqual([SUBJECT, 'own']);
  expect(() => a.control.subject('one-more')).toThrow(/one-more.*maxSubjects.*2/);
});

it('refuse a report that is nonsense, and take no harm', async () => {
  const a = await aReplica('a');
  const nonsense = ['', 'null', '{"version":1}', '\u0000', '[1e999]', 'x'.repeat(300_000)];
  for (const text of nonsense) {
    connectionOf(a.link).publish('beamline.router.v1.overload.report', text);
  }

  await eventually(() => a.events.of('report-refused').length >= nonsense.length);
  expect(a.control.replicas().map(({ id }) => id)).toEqual(['a']);
  expect(await a.control.status(SUBJECT)).toMatchObject({ status: 'inactive' });
});

it('tell that two replicas bear one name', async () => {
  const first = await aReplica('a');
  await aReplica('a');

  await eventually(() => first.events.of('report-refused').length > 0);
  expect(first.events.of('report-refused')[0]).toMatchObject({ replica: 'a' });
});
