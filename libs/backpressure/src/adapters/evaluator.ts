import type { StatusChange } from '../core/cluster-status.js';
import { HistoryWriter } from '../core/history-writer.js';
import type { OverloadStatus } from '../core/index.js';
import { quantileOfCounts } from '../core/log-histogram.js';
import { isHeld, nextStatus, type StatusVerdict } from '../core/status-rule.js';
import type { Cluster } from './cluster.js';
import type { HistoryKeeper } from './history-keeper.js';
import type { ResolvedOptions } from './overload-control-options.js';
import type { Probes } from './probes.js';
import { NO_SIGNALS, type TrackedSubject } from './tracked-subject.js';

/** Who an {@link Evaluator} asks and tells. */
export interface EvaluatorParts {
  readonly probes: Probes;
  readonly cluster: Cluster;
  readonly keeper: HistoryKeeper;
  /** Unix time at which this replica started. */
  readonly epoch: number;
}

/** Brings subjects up to date: measures, puts together what all replicas say, and draws the conclusions. */
export class Evaluator {
  readonly #writer: HistoryWriter;

  constructor(
    private readonly options: ResolvedOptions,
    private readonly parts: EvaluatorParts,
  ) {
    this.#writer = new HistoryWriter(options.replicaId, parts.epoch);
  }

  /** Evaluates a subject as it is now. */
  evaluate(tracked: TrackedSubject, nowMs: number): void {
    const { probes, cluster } = this.parts;
    const consumer = probes.consumer(tracked.name);
    if (tracked.isServed) {
      tracked.measure(consumer, probes.doorDelayMs(), nowMs);
      this.#report(tracked, nowMs, false);
    }
    tracked.read(cluster.shared(tracked.name, nowMs), consumer, nowMs);
    const before = tracked.cluster.status;
    this.#judge(tracked, nowMs);
    this.#followShedding(tracked, nowMs);
    if (tracked.cluster.status !== before) this.#report(tracked, nowMs, true);
    else if (!tracked.isServed) this.#report(tracked, nowMs, false);
  }

  /** Evaluates a subject that has just begun to refuse, and has the other replicas hear of it at once. */
  hasten(tracked: TrackedSubject, nowMs: number): void {
    this.evaluate(tracked, nowMs);
    this.#report(tracked, nowMs, true);
  }

  /** Tells what was found, and what admission did since the last time. */
  tell(tracked: TrackedSubject, nowMs: number): void {
    const { name, shown: status, reading } = tracked;
    const latencies = tracked.control.monitor.latencies(nowMs);
    const p50Ms = quantileOfCounts(latencies, 0.5) ?? 0;
    const p99Ms = quantileOfCounts(latencies, 0.99) ?? 0;
    this.options.observe({ type: 'evaluated', subject: name, status, ...reading, p50Ms, p99Ms });
    if (tracked.isServed) tracked.tellWindow();
  }

  /** Has a subject go on from what the others say, or else from what is written down. */
  recall(tracked: TrackedSubject, nowMs: number): void {
    const last = this.parts.keeper.history.lastStatus(tracked.name);
    const said = tracked.shared?.statusElsewhere ?? last?.status;
    if (said === undefined) return;
    const agoMs = said === last?.status ? this.options.wall.nowMs() - last.sinceMs : 0;
    tracked.cluster.told(said, nowMs - Math.max(0, agoMs));
    tracked.alerts.follow(said, tracked.settings.policy);
  }

  /** Closes the account of a subject that others served: what stands for it must not stand for ever. */
  forget(tracked: TrackedSubject, nowMs: number): void {
    const { probes, cluster } = this.parts;
    const { name: subject } = tracked;
    if (cluster.role(nowMs) === 'leads') {
      tracked.reading = { ...tracked.reading, signals: NO_SIGNALS };
      tracked.causes = [];
      this.#lead(tracked, { status: 'inactive', causes: [] }, nowMs);
      this.#writeShedding(tracked, tracked.effective, 'inactive');
    }
    cluster.withdraw(subject);
    probes.forget(subject);
    this.options.observe({ type: 'subject-forgotten', subject });
  }

  #report(tracked: TrackedSubject, nowMs: number, isNews: boolean): void {
    const { probes, cluster } = this.parts;
    const compose = () =>
      tracked.report(probes.consumer(tracked.name), nowMs, this.options.wall.nowMs());
    if (tracked.isServed) cluster.put(tracked.name, compose, isNews);
    else if (cluster.role(nowMs) === 'leads') cluster.putForOthers(tracked.name, compose, isNews);
    else cluster.withdraw(tracked.name);
  }

  #judge(tracked: TrackedSubject, nowMs: number): void {
    const role = this.parts.cluster.role(nowMs);
    if (role === 'listens') this.recall(tracked, nowMs);
    const { cluster, settings, reading } = tracked;
    const { thresholds, policy } = settings;
    const verdict = nextStatus(
      cluster.status,
      reading.signals,
      thresholds,
      policy.recoveryThreshold,
    );
    tracked.causes = verdict.causes;
    if (role === 'leads') this.#lead(tracked, verdict, nowMs);
    else if (role === 'follows') this.#follow(tracked, nowMs);
    // The leader may see other signals (a drill), and it is its status that is obeyed.
    const said = role === 'follows' ? tracked.shared?.isLeaderHeld : undefined;
    tracked.isHeld = said ?? isHeld(verdict);
    // Nobody has told it anything yet: it shows what the rule says, and writes nothing down.
    tracked.show(role === 'listens' ? verdict.status : cluster.status);
  }

  #lead(tracked: TrackedSubject, verdict: StatusVerdict, nowMs: number): void {
    const change = tracked.cluster.judged(verdict, tracked.reading.signals, nowMs);
    if (change !== undefined) this.#write(tracked, change);
  }

  #write(tracked: TrackedSubject, change: StatusChange): void {
    const { keeper } = this.parts;
    const { name: subject, alerts, settings } = tracked;
    const atMs = Math.round(this.options.wall.nowMs());
    const { retryAfterSeconds } = settings.policy;
    keeper.append(this.#writer.ofStatus(subject, change, { atMs, retryAfterSeconds }));
    const { to, signals } = change;
    for (const alert of alerts.on({ subject, to, signals, atMs }, settings.policy)) {
      keeper.alert(alert);
    }
  }

  #follow(tracked: TrackedSubject, nowMs: number): void {
    const { leaderStatus } = tracked;
    if (leaderStatus === undefined) return;
    tracked.cluster.told(leaderStatus, nowMs);
    tracked.alerts.follow(leaderStatus, tracked.settings.policy);
  }

  #followShedding(tracked: TrackedSubject, nowMs: number): void {
    const from = tracked.effective;
    const to = tracked.shedding;
    if (to === from || this.parts.cluster.role(nowMs) === 'listens') return;
    tracked.effective = to;
    if (this.parts.cluster.role(nowMs) === 'leads') this.#writeShedding(tracked, from, to);
  }

  #writeShedding(tracked: TrackedSubject, from: OverloadStatus, to: OverloadStatus): void {
    if (from === to) return;
    const { signals } = tracked.reading;
    const change = { from, to, signals, causes: tracked.causes };
    const atMs = Math.round(this.options.wall.nowMs());
    const entry = this.#writer.ofShedding(tracked.name, change, atMs);
    if (entry !== undefined) this.parts.keeper.append([entry]);
  }
}
