import { ClusterLead } from '../core/cluster-lead.js';
import { type ClusterAggregate, ClusterView, type LiveReplica } from '../core/cluster-view.js';
import type { ReplicaReport, SubjectReport } from '../core/index.js';
import type { ResolvedOptions } from './overload-control-options.js';
import { ReportExchange } from './report-exchange.js';

/**
 * What this replica has to do with the status of subjects: `leads` decides it, `follows` takes it from the leader,
 * `listens` does not know yet who else is there.
 */
export type Role = 'leads' | 'follows' | 'listens';

/** This replica among the others: hears their reports, sends its own, and knows who leads. */
export class Cluster {
  readonly #view: ClusterView;
  readonly #lead: ClusterLead;
  readonly #exchange: ReportExchange | undefined;
  readonly #own = new Map<string, LazyReport>();
  /** What a leader says of subjects that only others serve. */
  readonly #forOthers = new Map<string, LazyReport>();
  #hasSpoken = false;
  #unwatch: (() => void) | undefined;
  #leader: string;

  /**
   * @param epoch Unix time at which this replica started.
   * @param knowsPast Tells whether what was written down has been read.
   * @param onReport Told of every report of another replica that counts. Must not throw.
   */
  constructor(
    private readonly options: ResolvedOptions,
    epoch: number,
    private readonly knowsPast: () => boolean,
    private readonly onReport: (report: ReplicaReport) => void,
  ) {
    const { replicaId, nats, liveForMs, reportEveryMs, clock, wall, observe } = options;
    this.#view = new ClusterView(replicaId, { liveForMs, epoch });
    this.#lead = new ClusterLead({ reportEveryMs, liveForMs });
    this.#leader = replicaId;
    this.#exchange =
      nats &&
      new ReportExchange(
        {
          replicaId,
          epoch,
          everyMs: reportEveryMs,
          compose: () => this.#compose(),
          onSent: () => this.#sent(),
          onReport: (report) => this.#heard(report),
          clock,
          wall,
          observe,
        },
        nats,
      );
  }

  start(): void {
    const { nats, clock } = this.options;
    if (nats === undefined) return;
    this.#lead.started(clock.nowMs());
    this.#unwatch = nats.watch((state) => {
      if (state === 'connected') this.#lead.connected(clock.nowMs());
    });
    this.#exchange?.start();
  }

  stop(): void {
    this.#unwatch?.();
    this.#exchange?.stop();
  }

  /**
   * Takes what this replica has to say of a subject.
   * @param compose Asked for it when somebody wants to know.
   * @param isNews The others should hear of it at once.
   */
  put(subject: string, compose: () => SubjectReport, isNews: boolean): void {
    this.#own.set(subject, new LazyReport(compose));
    if (isNews) this.#exchange?.reportSoon();
  }

  /** As {@link put}, of a subject that only others serve and that this replica answers for as the leader. */
  putForOthers(subject: string, compose: () => SubjectReport, isNews: boolean): void {
    this.#forOthers.set(subject, new LazyReport(compose));
    if (isNews) this.#exchange?.reportSoon();
  }

  /** Says nothing any more of a subject that others serve. */
  withdraw(subject: string): void {
    this.#forOthers.delete(subject);
  }

  /** Forgets who is gone, tells of a new leader, and speaks up as soon as it may. */
  tick(nowMs: number): void {
    for (const replica of this.#view.dropSilent(nowMs)) {
      this.options.observe({ type: 'replica-lost', replica });
    }
    this.#noticeLeader(nowMs);
    if (!this.#hasSpoken && this.#lead.maySpeak(nowMs)) this.#exchange?.reportSoon();
  }

  role(nowMs: number): Role {
    if (this.#view.leader(nowMs) !== this.options.replicaId) return 'follows';
    return this.#lead.mayLead(nowMs, this.knowsPast()) ? 'leads' : 'listens';
  }

  /** Id of the replica whose status counts. */
  leader(nowMs: number): string {
    return this.#view.leader(nowMs);
  }

  /** The living replicas, ascending by id. */
  replicas(nowMs: number): readonly LiveReplica[] {
    return this.#view.replicas(nowMs);
  }

  /** Subjects that any living replica serves. */
  subjects(nowMs: number): ReadonlySet<string> {
    return new Set([...this.#own.keys(), ...this.#view.subjects(nowMs)]);
  }

  /** All living replicas' account of a subject; `undefined`: there is nobody else. */
  shared(subject: string, nowMs: number): ClusterAggregate | undefined {
    if (this.#view.replicas(nowMs).length === 1) return undefined;
    const own = this.#own.get(subject);
    if (own !== undefined) this.#view.setOwn(own.report);
    return this.#view.aggregate(subject, nowMs);
  }

  #compose(): readonly SubjectReport[] | undefined {
    if (!this.#lead.maySpeak(this.options.clock.nowMs())) return undefined;
    return [...reportsIn(this.#own), ...reportsIn(this.#forOthers)];
  }

  #sent(): void {
    this.#hasSpoken = true;
    this.#lead.spoke();
  }

  #heard(report: ReplicaReport): void {
    const nowMs = this.options.clock.nowMs();
    const accepted = this.#view.accept(report, nowMs);
    const { replica } = report;
    if (accepted.outcome === 'joined') this.options.observe({ type: 'replica-joined', replica });
    if (accepted.outcome === 'refused') {
      const { problem } = accepted;
      this.options.observe({ type: 'report-refused', replica, problem });
    }
    this.#noticeLeader(nowMs);
    if (accepted.outcome === 'joined' || accepted.outcome === 'updated') this.onReport(report);
  }

  #noticeLeader(nowMs: number): void {
    const replica = this.#view.leader(nowMs);
    if (replica === this.#leader) return;
    this.#leader = replica;
    const isSelf = replica === this.options.replicaId;
    this.options.observe({ type: 'leader-changed', replica, isSelf });
  }
}

/** A report that is made when it is first looked at: most are replaced before anybody wants them. */
class LazyReport {
  #report: SubjectReport | undefined;

  constructor(private readonly compose: () => SubjectReport) {}

  get report(): SubjectReport {
    this.#report ??= this.compose();
    return this.#report;
  }
}

function reportsIn(reports: ReadonlyMap<string, LazyReport>): SubjectReport[] {
  return [...reports.values()].map(({ report }) => report);
}
