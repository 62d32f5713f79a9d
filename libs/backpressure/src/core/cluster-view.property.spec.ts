import fc from 'fast-check';
import { ClusterView } from './cluster-view.js';
import { aReport, aSubjectReport } from './report.fixtures.js';
import type { ReplicaReport, SubjectReport } from './replica-report.js';

const reportOf = (replica: string, subject: Partial<SubjectReport> = {}): ReplicaReport =>
  aReport({ replica, subjects: [aSubjectReport(subject)] });
const idsOf = (view: ClusterView, nowMs: number) => view.replicas(nowMs).map(({ id }) => id);

it('all replicas that hear each other agree on leader, replicas and figures', () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1, maxLength: 8 });
  const load = fc.record({
    inflight: fc.nat(1_000),
    waiting: fc.nat(1_000),
    deliveredPerSecond: fc.nat(1_000),
    predictedWaitMs: fc.nat(10_000),
    latencies: fc.nat(200).map((bucket) => [bucket, 3, bucket + 5, 2]),
    consumer: fc.record({ pending: fc.nat(), ackPending: fc.nat(), atMs: fc.nat() }),
  });
  fc.assert(
    fc.property(ids, fc.array(load, { minLength: 8, maxLength: 8 }), (replicas, loads) => {
      const reports = replicas.map((id, index) => reportOf(id, loads[index]));
      const views = replicas.map((self) => {
        const view = new ClusterView(self);
        for (const report of reports) {
          if (report.replica !== self) view.accept(report, 0);
          else for (const subject of report.subjects) view.setOwn(subject);
        }
        return view;
      });
      const told = views.map((view) => ({
        leader: view.leader(1_000),
        ids: idsOf(view, 1_000),
        aggregate: view.aggregate('s', 1_000),
      }));

      expect(told).toEqual(told.map(() => told[0]));
      expect(told[0]?.leader).toBe(replicas.toSorted()[0]);
    }),
  );
});

it('a silent replica is gone after three seconds, however the clock jumps in between', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { maxLength: 20 }), (jumps) => {
      const view = new ClusterView('m');
      view.accept(reportOf('b'), 0);
      for (const nowMs of jumps) view.leader(nowMs);
      const nowMs = jumps.at(-1) ?? 0;

      expect(idsOf(view, nowMs + 3_000)).toEqual(['m']);
    }),
  );
});
