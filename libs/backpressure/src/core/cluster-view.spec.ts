import { ClusterView } from './cluster-view.js';
import { bucketOf, latencyOfBucket } from './log-histogram.js';
import { aReport, aSubjectReport } from './report.fixtures.js';
import type { ReplicaReport, SubjectReport } from './replica-report.js';

const reportOf = (replica: string, subject: Partial<SubjectReport> = {}, seq = 1): ReplicaReport =>
  aReport({ replica, seq, subjects: [aSubjectReport(subject)] });

/** Replica `m` that has heard of the given others at time 0. */
function aView(own: Partial<SubjectReport>, others: Record<string, Partial<SubjectReport>> = {}) {
  const view = new ClusterView('m');
  view.setOwn(aSubjectReport(own));
  for (const [id, subject] of Object.entries(others)) view.accept(reportOf(id, subject), 0);
  return view;
}

const idsOf = (view: ClusterView, nowMs: number) => view.replicas(nowMs).map(({ id }) => id);

it('alone, it leads itself', () => {
  const view = new ClusterView('m');

  expect(view.leader(0)).toBe('m');
  expect(view.replicas(0)).toEqual([{ id: 'm', isSelf: true, isLeader: true, silentMs: 0 }]);
});

it('is led by the lowest id of the living', () => {
  const view = aView({}, { z: {}, b: {}, c: {} });

  expect(view.leader(0)).toBe('b');
  expect(view.replicas(500)).toEqual([
    { id: 'b', isSelf: false, isLeader: true, silentMs: 500 },
    { id: 'c', isSelf: false, isLeader: false, silentMs: 500 },
    { id: 'm', isSelf: true, isLeader: false, silentMs: 0 },
    { id: 'z', isSelf: false, isLeader: false, silentMs: 500 },
  ]);
});

it('drops a replica after three seconds of silence, and tells which', () => {
  const view = aView({}, { b: {}, c: {} });
  view.accept(reportOf('c', {}, 2), 1_000);

  expect(view.leader(2_999)).toBe('b');
  expect(view.dropSilent(2_999)).toEqual([]);
  expect(view.leader(3_000)).toBe('c');
  expect(idsOf(view, 3_000)).toEqual(['c', 'm']);
  expect(view.dropSilent(3_000)).toEqual(['b']);
  expect(view.dropSilent(3_000)).toEqual([]);
  expect(view.dropSilent(4_000)).toEqual(['c']);
  expect(view.leader(4_000)).toBe('m');
});

it('lives itself, however long it has said nothing', () => {
  expect(idsOf(aView({}), 1e9)).toEqual(['m']);
});

it('tells the first report of a replica from the next', () => {
  const view = new ClusterView('m');

  expect(view.accept(reportOf('b'), 0)).toEqual({ outcome: 'joined' });
  expect(view.accept(reportOf('b', {}, 2), 1)).toEqual({ outcome: 'updated' });
});

it('leaves a report out that is not newer than the last', () => {
  const view = aView({}, { b: { inflight: 5 } });
  view.accept(reportOf('b', { inflight: 6 }, 2), 100);

  expect(view.accept(reportOf('b', { inflight: 5 }, 1), 200)).toEqual({ outcome: 'stale' });
  expect(view.accept(reportOf('b', { inflight: 7 }, 2), 300)).toEqual({ outcome: 'stale' });
  expect(view.aggregate('s', 300).signals.inflightMessages).toBe(6);
  // Nor does it keep anybody alive.
  expect(view.dropSilent(3_100)).toEqual(['b']);
});

it('takes a restarted replica for a new one, and its former self for gone', () => {
  const view = new ClusterView('m');
  view.accept(aReport({ replica: 'b', epoch: 5, seq: 900 }), 0);

  expect(view.accept(aReport({ replica: 'b', epoch: 6, seq: 1 }), 1)).toEqual({
    outcome: 'joined',
  });
  expect(view.accept(aReport({ replica: 'b', epoch: 5, seq: 901 }), 2)).toEqual({
    outcome: 'stale',
  });
});

it('hears a replica again whose clock was set back, once its former self is silent', () => {
  const view = new ClusterView('m');
  view.accept(aReport({ replica: 'b', epoch: 5, seq: 900 }), 0);

  const restarted = aReport({ replica: 'b', epoch: 4, seq: 1 });
  expect(view.accept(restarted, 2_999)).toEqual({ outcome: 'stale' });
  expect(view.accept(restarted, 3_000)).toEqual({ outcome: 'joined' });
});

it('knows its own report when it comes back, and refuses one of another process with its id', () => {
  const view = new ClusterView('m', { epoch: 7 });

  expect(view.accept(aReport({ replica: 'm', epoch: 7 }), 0)).toEqual({ outcome: 'stale' });
  expect(view.accept(aReport({ replica: 'm', epoch: 8 }), 0)).toEqual({
    outcome: 'refused',
    problem: "m is this replica's own id: two replicas must not share one",
  });
});

it('knows no more replicas than allowed, itself included, and makes room of silent ones', () => {
  const view = new ClusterView('m', { maxReplicas: 3 });
  view.accept(reportOf('a'), 0);
  view.accept(reportOf('b'), 1_000);

  expect(view.accept(reportOf('c'), 1_000)).toEqual({
    outcome: 'refused',
    problem: '3 replicas are known already',
  });
  expect(view.accept(reportOf('b', {}, 2), 1_500)).toEqual({ outcome: 'updated' });
  expect(view.accept(reportOf('c'), 3_000)).toEqual({ outcome: 'joined' });
  expect(idsOf(view, 3_000)).toEqual(['b', 'c', 'm']);
  expect(view.accept(reportOf('a', {}, 2), 3_000)).toMatchObject({ outcome: 'refused' });
  expect(view.dropSilent(3_000)).toEqual(['a']);
});

it('knows 256 replicas unless told otherwise', () => {
  const view = new ClusterView('m');
  for (let id = 0; id < 300; id += 1) view.accept(reportOf(`r${id}`), 0);

  expect(view.replicas(0)).toHaveLength(256);
});

it('does not let a dead replica live longer when its clock is set back', () => {
  const view = aView({});
  view.accept(reportOf('b'), 1_000_000);

  expect(idsOf(view, 0)).toEqual(['b', 'm']);
  expect(idsOf(view, 2_999)).toEqual(['b', 'm']);
  expect(idsOf(view, 3_000)).toEqual(['m']);
});

it('sums what is in hand and what waits before the doors, and takes the pending count once', () => {
  const consumer = (pending: number) => ({ pending, ackPending: pending / 10, atMs: 0 });
  const view = aView(
    { inflight: 1, waiting: 10, consumer: consumer(700) },
    {
      b: { inflight: 2, waiting: 20, consumer: consumer(500) },
      z: { inflight: 4, waiting: 40, consumer: consumer(900) },
    },
  );

  expect(view.aggregate('s', 0)).toMatchObject({
    signals: { pendingMessages: 570, inflightMessages: 7 },
    sources: { pendingMessages: 'measured', inflightMessages: 'measured' },
    ackPending: 50,
  });
});

it('asks the next replica where the leader knows nothing of the consumer', () => {
  const consumer = { pending: 5, ackPending: 0, atMs: 0 };

  const view = aView({ consumer }, { b: {}, z: { consumer: { ...consumer, pending: 9 } } });

  expect(view.aggregate('s', 0).signals.pendingMessages).toBe(5);
});

it('does not know what is pending where nobody does', () => {
  expect(aView({ waiting: 3 }).aggregate('s', 0)).toMatchObject({
    signals: { pendingMessages: 3 },
    sources: { pendingMessages: 'unknown' },
    ackPending: undefined,
  });
});

it('takes the p95 from the histograms of all, not from the mean of theirs', () => {
  const [fast, slow] = [bucketOf(10), bucketOf(1_000)];
  const view = aView({ latencies: [fast, 100] }, { b: { latencies: [slow, 4] } });
  const p95 = () => view.aggregate('s', 0).signals.latencyP95Ms;

  expect(p95()).toBe(Math.trunc(latencyOfBucket(fast)));
  view.accept(reportOf('b', { latencies: [slow, 6] }, 2), 0);
  expect(p95()).toBe(Math.trunc(latencyOfBucket(slow)));
  expect(view.aggregate('s', 0).sources.latencyP95Ms).toBe('measured');
});

it('knows no latency where nobody has samples', () => {
  expect(aView({}, { b: {} }).aggregate('s', 0)).toMatchObject({
    signals: { latencyP95Ms: 0 },
    sources: { latencyP95Ms: 'unknown' },
  });
});

it('weighs predicted waits by what each replica delivers', () => {
  const view = aView(
    { predictedWaitMs: 100, deliveredPerSecond: 300 },
    { b: { predictedWaitMs: 500, deliveredPerSecond: 100 } },
  );

  expect(view.aggregate('s', 0)).toMatchObject({ predictedWaitMs: 200, deliveredPerSecond: 400 });
});

it('takes the plain mean of waits while nobody delivers anything', () => {
  const view = aView({ predictedWaitMs: 100 }, { b: { predictedWaitMs: 300 } });

  expect(view.aggregate('s', 0).predictedWaitMs).toBe(200);
});

it('tells the share that all replicas together refused', () => {
  const view = aView({ offered: 90, refused: 0 }, { b: { offered: 10, refused: 10 } });

  expect(view.aggregate('s', 0).shedRatio).toBe(0.1);
});

it('refuses nothing where nothing is offered, and no more than everything', () => {
  expect(aView({ refused: 5 }).aggregate('s', 0).shedRatio).toBe(0);
  expect(aView({ offered: 1, refused: 5 }).aggregate('s', 0).shedRatio).toBe(1);
});

it('tells the worst of what admission does anywhere', () => {
  const view = aView({ effectiveStatus: 'warning' }, { b: { effectiveStatus: 'active' }, z: {} });

  expect(view.aggregate('s', 0).effectiveStatus).toBe('active');
  expect(view.aggregate('s', 3_000).effectiveStatus).toBe('warning');
});

it('tells what the leader says', () => {
  const view = aView({ status: 'warning' }, { b: { status: 'active' }, z: { status: 'inactive' } });

  expect(view.aggregate('s', 0).leaderStatus).toBe('active');
  expect(view.aggregate('s', 3_000).leaderStatus).toBe('warning');
});

it('tells what others say, the lowest first, where its own word is not asked for', () => {
  const others = { a: { subject: 'other' }, b: { status: 'active' }, z: {} } as const;

  expect(aView({ status: 'warning' }, others).aggregate('s', 0).statusElsewhere).toBe('active');
  expect(aView({ status: 'warning' }).aggregate('s', 0).statusElsewhere).toBeUndefined();
});

it('tells for how long a replica has been silent', () => {
  const view = aView({});
  view.accept(reportOf('b'), 700);

  expect(view.replicas(1_000)[0]).toMatchObject({ id: 'b', silentMs: 300 });
});

it('tells of no status where the leader does not know the subject', () => {
  const view = aView({ status: 'warning' }, { b: { subject: 'other' } });

  expect(view.aggregate('s', 0)).toMatchObject({ leaderStatus: undefined });
});

it('knows nothing of a subject that nobody reports', () => {
  expect(aView({}).aggregate('nowhere', 0)).toEqual({
    signals: { pendingMessages: 0, latencyP95Ms: 0, inflightMessages: 0 },
    sources: { pendingMessages: 'unknown', latencyP95Ms: 'unknown', inflightMessages: 'measured' },
    ackPending: undefined,
    effectiveStatus: 'inactive',
    predictedWaitMs: 0,
    shedRatio: 0,
    deliveredPerSecond: 0,
    creditPerSecond: null,
    leaderStatus: undefined,
  });
});

it('does without a report of its own', () => {
  const view = new ClusterView('m');
  view.accept(reportOf('b', { inflight: 4 }), 0);

  expect(view.aggregate('s', 0).signals.inflightMessages).toBe(4);
  expect([...view.subjects(0)]).toEqual(['s']);
});

it('lists the subjects of the living', () => {
  const view = aView({ subject: 'mine' }, { b: { subject: 'theirs' } });

  expect([...view.subjects(0)]).toEqual(['mine', 'theirs']);
  expect([...view.subjects(3_000)]).toEqual(['mine']);
});

it('has a credit of what all replicas take, once one of them refuses', () => {
  const a = { takesPerSecond: 80, isRefusing: false };
  const b = { takesPerSecond: 60 };

  expect(aView(a, { b: { ...b, isRefusing: false } }).aggregate('s', 0).creditPerSecond).toBeNull();
  expect(aView(a, { b: { ...b, isRefusing: true } }).aggregate('s', 0).creditPerSecond).toBe(140);
});
