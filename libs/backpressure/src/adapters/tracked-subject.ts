import { AlertState } from '../core/alert-state.js';
import { ClusterStatus } from '../core/cluster-status.js';
import type { ClusterAggregate } from '../core/cluster-view.js';
import { creditOf } from '../core/credit.js';
import {
  type LoadSignals,
  type OverloadCause,
  type OverloadStatus,
  SIGNAL_NAMES,
  type SignalName,
  type SignalSource,
  type SubjectReport,
  type SubjectSettings,
} from '../core/index.js';
import type { SignalReading } from '../core/subject-monitor.js';
import type { ConsumerReading } from './consumer-reading.js';
import type { ResolvedOptions, SubjectDeclaration } from './overload-control-options.js';
import { SubjectControl } from './subject-control.js';

/** The signals of a subject without any load. */
export const NO_SIGNALS: LoadSignals = { pendingMessages: 0, latencyP95Ms: 0, inflightMessages: 0 };
const AT_FIRST: Readonly<Record<SignalName, SignalSource>> = {
  pendingMessages: 'measured',
  latencyP95Ms: 'unknown',
  inflightMessages: 'measured',
};

/** One subject with everything this process knows of it. */
export class TrackedSubject {
  readonly control: SubjectControl;
  /** The status as the cluster tells it. */
  readonly cluster: ClusterStatus;
  readonly alerts = new AlertState();
  /** What admission of all replicas did when that was last written down. */
  effective: OverloadStatus = 'inactive';
  reading: SignalReading = { signals: NO_SIGNALS, sources: AT_FIRST, ackPending: undefined };
  causes: readonly OverloadCause[] = [];
  /** Whether hysteresis alone keeps the status `active`. */
  isHeld = false;
  /** What all replicas say together; `undefined`: there is no other one. */
  shared: ClusterAggregate | undefined;
  #shown: OverloadStatus = 'inactive';
  #waiting = 0;

  constructor(
    readonly declaration: SubjectDeclaration,
    public settings: SubjectSettings,
    private readonly options: ResolvedOptions,
    /** Whether this process serves it; otherwise others do, and it only knows of it. */
    readonly isServed: boolean,
  ) {
    const { clock, wall, random, latencySamples, latencyMaxAgeMs } = options;
    this.cluster = new ClusterStatus(clock.nowMs());
    this.control = new SubjectControl(declaration.name, {
      settings,
      latencySamples,
      latencyMaxAgeMs,
      hasConsumer: declaration.consumer !== undefined,
      clock,
      random,
      originMs: wall.nowMs() - clock.nowMs(),
    });
  }

  get name(): string {
    return this.declaration.name;
  }

  /** Whether requests for this subject come in by the doors whose delay is measured. */
  get countsDoorDelay(): boolean {
    return this.declaration.countsDoorDelay ?? true;
  }

  /** The status that is told to whoever asks. */
  get shown(): OverloadStatus {
    return this.#shown;
  }

  /** What the leader says. */
  get leaderStatus(): OverloadStatus | undefined {
    return this.shared?.leaderStatus;
  }

  /** What admission does now, here or anywhere. */
  get shedding(): OverloadStatus {
    return this.shared?.effectiveStatus ?? this.control.admission.view().effectiveStatus;
  }

  /** Requests per second that all replicas together take; `null`: nothing is refused. */
  get creditPerSecond(): number | null {
    return this.shared === undefined
      ? creditOf([this.control.admission.credit()])
      : this.shared.creditPerSecond;
  }

  /** Takes other settings into force, at once. */
  configure(settings: SubjectSettings): void {
    this.settings = settings;
    this.control.admission.configure(settings);
  }

  /** Brings the account of this replica's own load up to date. @param doorDelayMs Wait before this process. */
  measure(consumer: ConsumerReading | undefined, doorDelayMs: number, nowMs: number): void {
    const { admission, monitor } = this.control;
    const { backlog, deliveredPerSecond } = admission.view();
    // By Little's law: as many wait as are delivered in the time that is waited; but none that never came.
    const delayMs = this.countsDoorDelay ? doorDelayMs : 0;
    const passing = Math.round((delayMs / 1_000) * deliveredPerSecond);
    this.#waiting = Math.min(passing, admission.recentLoad().offered);
    monitor.setInflight(backlog);
    monitor.setWaiting(this.#waiting);
    if (consumer !== undefined) monitor.setConsumer(consumer, nowMs);
  }

  /** What the other replicas are told. @param wallNowMs Unix time. */
  report(consumer: ConsumerReading | undefined, nowMs: number, wallNowMs: number): SubjectReport {
    const { admission, monitor } = this.control;
    const view = admission.view();
    const known = consumer !== undefined && !('unknown' in consumer) ? consumer : undefined;
    return {
      subject: this.name,
      inflight: view.backlog,
      waiting: this.#waiting,
      latencies: monitor.latencies(nowMs),
      deliveredPerSecond: view.deliveredPerSecond,
      serviceMs: view.serviceMs,
      queueMs: view.queueMs,
      predictedWaitMs: view.predictedWaitMs,
      ...admission.recentLoad(),
      effectiveStatus: view.effectiveStatus,
      ...admission.credit(),
      ...(known && {
        consumer: {
          pending: known.pending,
          ackPending: known.ackPending,
          atMs: Math.max(0, Math.round(wallNowMs - known.ageMs)),
        },
      }),
      status: this.cluster.status,
      statusSinceMs: Math.max(0, Math.round(wallNowMs - (nowMs - this.cluster.sinceMs))),
      isHeld: this.isHeld,
    };
  }

  /** Takes new signals in, and tells whose source is another one now. */
  read(
    shared: ClusterAggregate | undefined,
    consumer: ConsumerReading | undefined,
    nowMs: number,
  ): void {
    const before = this.reading.sources;
    this.shared = shared;
    this.reading = this.control.monitor.read(nowMs, shared);
    const after = this.reading.sources;
    for (const signal of SIGNAL_NAMES) {
      const [from, to] = [before[signal], after[signal]];
      if (from === to) continue;
      const isPending = signal === 'pendingMessages';
      const detail = isPending && consumer && 'unknown' in consumer ? consumer.unknown : '';
      const subject = this.name;
      this.options.observe({ type: 'signal-source-changed', subject, signal, from, to, detail });
    }
  }

  /** Shows a status to whoever asks, and obeys it. */
  show(status: OverloadStatus): void {
    this.#shown = status;
    this.control.isOverloaded = status === 'active' && !this.isHeld;
    this.control.admission.reportStatus(status);
  }

  /** Tells what admission did since the last time. */
  tellWindow(): void {
    const { admission } = this.control;
    const subject = this.name;
    const counts = admission.takeCounts();
    this.options.observe({ type: 'admission-window', subject, counts, view: admission.view() });
    const count = admission.takeExpired();
    if (count > 0) this.options.observe({ type: 'permits-expired', subject, count });
  }
}
