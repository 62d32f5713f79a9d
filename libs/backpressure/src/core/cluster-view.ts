import { creditOf } from './credit.js';
import { mergeCounts, quantileOfCounts } from './log-histogram.js';
import { type OverloadStatus, worse } from './overload-status.js';
import type { ReplicaReport, SubjectReport } from './replica-report.js';
import type { SignalReading } from './subject-monitor.js';

/** What a {@link ClusterView} keeps. */
export interface ClusterViewOptions {
  /** Silence after which a replica counts as gone, in milliseconds. Default 3 000. */
  readonly liveForMs?: number;
  /** Most replicas known, this one included. Default 256. */
  readonly maxReplicas?: number;
  /** Unix time at which this replica started: tells its own reports from those of another process with its id. */
  readonly epoch?: number;
}

/**
 * What became of a report. `joined`: the first one of a replica, or of its successor; `updated`: a newer one; `stale`:
 * not newer than what is known, or this replica's own that came back; `refused`: not believed.
 */
export type AcceptedReport =
  | { readonly outcome: 'joined' | 'updated' | 'stale' }
  | { readonly outcome: 'refused'; readonly problem: string };

/** A living replica. */
export interface LiveReplica {
  readonly id: string;
  readonly isSelf: boolean;
  readonly isLeader: boolean;
  /** Since its last report came, in milliseconds; 0 for this one. */
  readonly silentMs: number;
}

/** All living replicas' account of one subject. */
export interface ClusterAggregate extends SignalReading {
  /** The worst of what admission does anywhere. */
  readonly effectiveStatus: OverloadStatus;
  /** Mean over all replicas, weighted by what they deliver. */
  readonly predictedWaitMs: number;
  /** Share of the offered requests that was refused over the last seconds, 0 to 1. */
  readonly shedRatio: number;
  readonly deliveredPerSecond: number;
  /** Requests per second that all replicas together take; `null`: none of them refuses anything. */
  readonly creditPerSecond: number | null;
  /** What the leader says; `undefined`: it says nothing about this subject. */
  readonly leaderStatus: OverloadStatus | undefined;
  /** Whether hysteresis alone keeps that status `active`; `undefined`: the leader does not tell. */
  readonly isLeaderHeld: boolean | undefined;
  /** What the first of the other replicas says, so that a newcomer can go on from there. */
  readonly statusElsewhere: OverloadStatus | undefined;
}

type Reported = readonly [replica: string, report: SubjectReport];

interface Known {
  readonly report: ReplicaReport;
  readonly bySubject: ReadonlyMap<string, SubjectReport>;
  heardAtMs: number;
}

/**
 * What this replica knows of all others. Who is alive is told by when their reports arrive on the own monotonic clock;
 * the clocks of other machines are never compared with it.
 */
export class ClusterView {
  readonly #others = new Map<string, Known>();
  readonly #liveForMs: number;
  readonly #maxReplicas: number;
  readonly #own = new Map<string, SubjectReport>();
  readonly #epoch: number | undefined;

  constructor(
    private readonly selfId: string,
    { liveForMs = 3_000, maxReplicas = 256, epoch }: ClusterViewOptions = {},
  ) {
    this.#epoch = epoch;
    this.#liveForMs = liveForMs;
    this.#maxReplicas = maxReplicas;
  }

  /** Takes this replica's own report of a subject: what it says of itself counts at once and never grows old. */
  setOwn(report: SubjectReport): void {
    this.#own.set(report.subject, report);
  }

  /** Takes a report that came in. */
  accept(report: ReplicaReport, nowMs: number): AcceptedReport {
    const { replica } = report;
    if (replica === this.selfId) return this.#acceptNamesake(report);
    const known = this.#others.get(replica);
    const isAlive = known !== undefined && this.#isAlive(known, nowMs);
    if (isAlive && !isNewer(report, known.report)) return { outcome: 'stale' };
    // Those who are gone stay until somebody hears of it: dropSilent tells.
    if (!isAlive && [...this.#alive(nowMs)].length + 1 >= this.#maxReplicas) {
      return refused(`${this.#maxReplicas} replicas are known already`);
    }
    this.#others.set(replica, knownOf(report, nowMs));
    return { outcome: isAlive && known.report.epoch === report.epoch ? 'updated' : 'joined' };
  }

  /** Forgets the replicas that have been silent for too long. @returns Their ids. */
  dropSilent(nowMs: number): readonly string[] {
    const lost = [...this.#others].filter(([, known]) => !this.#isAlive(known, nowMs));
    for (const [id] of lost) this.#others.delete(id);
    return lost.map(([id]) => id);
  }

  /** The living replica with the lowest id. This one always lives. */
  leader(nowMs: number): string {
    let lowest = this.selfId;
    for (const [id, known] of this.#others) {
      if (id < lowest && this.#isAlive(known, nowMs)) lowest = id;
    }
    return lowest;
  }

  /** The living replicas, ascending by id. */
  replicas(nowMs: number): readonly LiveReplica[] {
    const leader = this.leader(nowMs);
    const of = (id: string, silentMs: number): LiveReplica => ({
      id,
      isSelf: id === this.selfId,
      isLeader: id === leader,
      silentMs,
    });
    const others = [...this.#alive(nowMs)].map(([id, { heardAtMs }]) => of(id, nowMs - heardAtMs));
    return [of(this.selfId, 0), ...others].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Subjects that any living replica reports. */
  subjects(nowMs: number): ReadonlySet<string> {
    const subjects = new Set(this.#own.keys());
    for (const [, known] of this.#alive(nowMs)) {
      for (const subject of known.bySubject.keys()) subjects.add(subject);
    }
    return subjects;
  }

  /**
   * Puts together what all living replicas say of a subject, each figure by its nature. The consumer's pending count is
   * one number that everybody reads: the leader's reading counts, or that of the next replica that has one. In-flight
   * and waiting are sums. p95 comes from merged histograms, since an average of percentiles is no percentile.
   */
  aggregate(subject: string, nowMs: number): ClusterAggregate {
    const leader = this.leader(nowMs);
    const reports = this.#reportsOf(subject, nowMs);
    const consumer = reports.find(([, report]) => report.consumer !== undefined)?.[1].consumer;
    const all = reports.map(([, report]) => report);
    const p95 = quantileOfCounts(mergeCounts(all.map(({ latencies }) => latencies)), 0.95);
    const deliveredPerSecond = sumOf(all, (report) => report.deliveredPerSecond);
    const offered = sumOf(all, (report) => report.offered);
    return {
      signals: {
        pendingMessages: (consumer?.pending ?? 0) + sumOf(all, (report) => report.waiting),
        latencyP95Ms: Math.trunc(p95 ?? 0),
        inflightMessages: sumOf(all, (report) => report.inflight),
      },
      sources: {
        pendingMessages: consumer === undefined ? 'unknown' : 'measured',
        latencyP95Ms: p95 === undefined ? 'unknown' : 'measured',
        inflightMessages: 'measured',
      },
      ackPending: consumer?.ackPending,
      effectiveStatus: all.map((report) => report.effectiveStatus).reduce(worse, 'inactive'),
      predictedWaitMs: meanWait(all, deliveredPerSecond),
      shedRatio:
        offered === 0 ? 0 : Math.min(1, sumOf(all, ({ refused: count }) => count) / offered),
      deliveredPerSecond,
      creditPerSecond: creditOf(all),
      ...this.#statusesIn(reports, leader),
    };
  }

  #statusesIn(
    reports: readonly Reported[],
    leader: string,
  ): Pick<ClusterAggregate, 'leaderStatus' | 'isLeaderHeld' | 'statusElsewhere'> {
    const ofLeader = reports.find(([id]) => id === leader)?.[1];
    const elsewhere = reports.find(([id]) => id !== this.selfId)?.[1];
    return {
      leaderStatus: ofLeader?.status,
      isLeaderHeld: ofLeader?.isHeld,
      statusElsewhere: elsewhere?.status,
    };
  }

  /** The living replicas' reports of a subject, ascending by replica: the leader's first. */
  #reportsOf(subject: string, nowMs: number): readonly Reported[] {
    const reports: Reported[] = [];
    const own = this.#own.get(subject);
    if (own !== undefined) reports.push([this.selfId, own]);
    for (const [id, known] of this.#alive(nowMs)) {
      const report = known.bySubject.get(subject);
      if (report !== undefined) reports.push([id, report]);
    }
    return reports.toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  #acceptNamesake(report: ReplicaReport): AcceptedReport {
    if (report.epoch === this.#epoch) return { outcome: 'stale' };
    return refused(`${report.replica} is this replica's own id: two replicas must not share one`);
  }

  *#alive(nowMs: number): Iterable<[string, Known]> {
    for (const entry of this.#others) if (this.#isAlive(entry[1], nowMs)) yield entry;
  }

  #isAlive(known: Known, nowMs: number): boolean {
    // A clock that was set back must not keep a dead replica alive: from now on its silence counts anew.
    if (known.heardAtMs > nowMs) known.heardAtMs = nowMs;
    return nowMs - known.heardAtMs < this.#liveForMs;
  }
}

function knownOf(report: ReplicaReport, heardAtMs: number): Known {
  const bySubject = new Map(report.subjects.map((subject) => [subject.subject, subject]));
  return { report, bySubject, heardAtMs };
}

function isNewer(report: ReplicaReport, than: ReplicaReport): boolean {
  return report.epoch === than.epoch ? report.seq > than.seq : report.epoch > than.epoch;
}

function refused(problem: string): AcceptedReport {
  return { outcome: 'refused', problem };
}

function meanWait(reports: readonly SubjectReport[], deliveredPerSecond: number): number {
  if (reports.length === 0) return 0;
  // Nobody delivers anything: then nobody's word weighs more than another's.
  if (deliveredPerSecond === 0) return sumOf(reports, waitOf) / reports.length;
  const weighted = sumOf(reports, (report) => report.deliveredPerSecond * waitOf(report));
  return weighted / deliveredPerSecond;
}

function waitOf(report: SubjectReport): number {
  return report.predictedWaitMs;
}

function sumOf(reports: readonly SubjectReport[], of: (report: SubjectReport) => number): number {
  return reports.reduce((sum, report) => sum + of(report), 0);
}
