import { healthOf } from '../core/health-of.js';
import { HistoryWriter } from '../core/history-writer.js';
import { type HistoryEntry, type OverloadStatus, worse } from '../core/index.js';
import { OverloadHistory } from '../core/overload-history.js';
import { nextStatus } from '../core/status-rule.js';
import { isSubjectName } from '../core/subject-name.js';
import {
  type OverloadControlOptions,
  type ResolvedOptions,
  resolveOptions,
  type SubjectDeclaration,
} from './overload-control-options.js';
import { Probes } from './probes.js';
import type { SubjectControl } from './subject-control.js';
import type { KnownSubjectStatus, OverloadHealth, SubjectStatus } from './subject-status.js';
import { TrackedSubject } from './tracked-subject.js';

/**
 * Overload control of a process: lets requests in or refuses them, subject by subject, and tells the status of each.
 * Admission works from the first call on; `start` adds what needs time: evaluation, measurements, the other replicas.
 */
export class OverloadControl {
  /** What happened to the subjects. */
  readonly history: OverloadHistory;
  readonly #options: ResolvedOptions;
  readonly #tracked = new Map<string, TrackedSubject>();
  readonly #probes: Probes;
  readonly #writer: HistoryWriter;
  #timer: NodeJS.Timeout | undefined;

  /** @throws RangeError when an option is out of its range. */
  constructor(options: OverloadControlOptions = {}) {
    const resolved = resolveOptions(options);
    this.#options = resolved;
    this.history = new OverloadHistory();
    this.#writer = new HistoryWriter(resolved.replicaId, Math.round(resolved.wall.nowMs()));
    this.#probes = new Probes(resolved, (delayMs) => this.#doorDelayed(delayMs));
    for (const subject of resolved.subjects) this.#track(subject);
  }

  /** Begins to evaluate and to measure, and to talk to the other replicas. Returns at once; a second call does nothing. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.evaluate(), this.#options.evaluateEveryMs).unref();
    this.#probes.start();
  }

  /** Ends all of that. Admission goes on. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#probes.stop();
    await Promise.resolve();
  }

  /**
   * The door keeper of a subject, always the same one. Takes the subject in when it is new.
   * @throws RangeError when the name is none, or when as many subjects as may be are tracked already.
   */
  subject(name: string): SubjectControl {
    return (this.#tracked.get(name) ?? this.#track({ name })).control;
  }

  /** Names of the subjects that this process serves. */
  subjects(): string[] {
    return [...this.#tracked.keys()];
  }

  /** The status of a subject as it is this very moment: its consumer is asked first. Never rejects. */
  async status(subject: unknown): Promise<SubjectStatus> {
    if (isSubjectName(subject)) await this.#probes.refresh(subject);
    return this.statusNow(subject);
  }

  /** The status of a subject by what is known without asking. */
  statusNow(subject: unknown): SubjectStatus {
    const timestampMs = this.#options.wall.nowMs();
    if (!isSubjectName(subject)) {
      return { subject, status: 'unknown', error: 'invalid_subject', timestampMs };
    }
    const nowMs = this.#options.clock.nowMs();
    const known = this.#tracked.get(subject);
    // Whoever asks about a subject does not make it one of ours: questions would fill the memory.
    const tracked = known ?? this.#newSubject({ name: subject });
    if (known !== undefined) this.#evaluate(known, nowMs);
    return this.#statusOf(tracked, known !== undefined, nowMs);
  }

  /** Whether any subject is active, and how many are what. */
  health(): OverloadHealth {
    const statuses = [...this.#tracked.values()].map(({ cluster }) => cluster.status);
    return { ...healthOf(statuses), timestampMs: this.#options.wall.nowMs() };
  }

  /** Ids of the living replicas. */
  replicas(): readonly string[] {
    return [this.#options.replicaId];
  }

  /** Evaluates all subjects now, as the timer does. */
  evaluate(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const tracked of this.#tracked.values()) {
      this.#evaluate(tracked, nowMs);
      this.#tellEvaluation(tracked, nowMs);
      tracked.tellWindow();
    }
  }

  #track(declaration: SubjectDeclaration): TrackedSubject {
    const { name } = declaration;
    if (!isSubjectName(name)) {
      throw new RangeError(
        `a subject must be a text of 1 to 1023 bytes (got ${JSON.stringify(name).slice(0, 64)})`,
      );
    }
    const { maxSubjects } = this.#options;
    if (this.#tracked.size >= maxSubjects) {
      throw new RangeError(
        `subject ${name.slice(0, 64)} is one too many: maxSubjects is ${maxSubjects}`,
      );
    }
    const tracked = this.#newSubject(declaration);
    this.#tracked.set(name, tracked);
    this.#probes.track(declaration);
    return tracked;
  }

  #newSubject(declaration: SubjectDeclaration): TrackedSubject {
    return new TrackedSubject(declaration, this.#options.defaults, this.#options);
  }

  #doorDelayed(delayMs: number): void {
    for (const { countsDoorDelay, control } of this.#tracked.values()) {
      if (countsDoorDelay) control.observeQueueDelay(delayMs);
    }
  }

  #evaluate(tracked: TrackedSubject, nowMs: number): void {
    const consumer = this.#probes.consumer(tracked.name);
    tracked.measure(consumer, this.#probes.doorDelayMs(), nowMs);
    tracked.read(undefined, nowMs);
    this.#judge(tracked, nowMs);
    this.#followShedding(tracked, tracked.control.admission.view().effectiveStatus);
  }

  #judge(tracked: TrackedSubject, nowMs: number): void {
    const { cluster, settings } = tracked;
    const { signals } = tracked.reading;
    const { thresholds, policy } = settings;
    const verdict = nextStatus(cluster.status, signals, thresholds, policy.recoveryThreshold);
    tracked.causes = verdict.causes;
    const change = cluster.judged(verdict, signals, nowMs);
    if (change === undefined) return;
    const atMs = this.#options.wall.nowMs();
    const { retryAfterSeconds } = policy;
    this.#append(this.#writer.ofStatus(tracked.name, change, { atMs, retryAfterSeconds }));
    const { from, to } = change;
    for (const alert of tracked.alerts.on({ subject: tracked.name, to, signals, atMs }, policy)) {
      this.#options.observe({ type: 'alert', alert });
    }
    tracked.control.admission.reportStatus(to);
    tracked.control.tellTransition(to, from);
  }

  #followShedding(tracked: TrackedSubject, to: OverloadStatus): void {
    const from = tracked.effective;
    if (to === from) return;
    tracked.effective = to;
    const { signals } = tracked.reading;
    const change = { from, to, signals, causes: tracked.causes };
    const entry = this.#writer.ofShedding(tracked.name, change, this.#options.wall.nowMs());
    if (entry !== undefined) this.#append([entry]);
  }

  #append(entries: readonly HistoryEntry[]): void {
    for (const entry of entries) {
      this.history.apply(entry);
      this.#options.observe({ type: 'history-entry', entry });
    }
  }

  #statusOf(tracked: TrackedSubject, isServed: boolean, nowMs: number): KnownSubjectStatus {
    const { cluster, control, reading, settings } = tracked;
    const { replicaId, wall } = this.#options;
    const view = control.admission.view();
    const { offered, refused } = control.admission.recentLoad();
    const timestampMs = Math.round(wall.nowMs());
    return {
      subject: tracked.name,
      status: cluster.status,
      sinceMs: Math.round(timestampMs - (nowMs - cluster.sinceMs)),
      effectiveStatus: worse(cluster.status, view.effectiveStatus),
      ...reading,
      causes: tracked.causes,
      thresholds: settings.thresholds,
      policy: settings.policy,
      view: isServed ? view : undefined,
      predictedWaitMs: view.predictedWaitMs,
      shedRatio: offered === 0 ? 0 : refused / offered,
      replicas: [replicaId],
      leader: replicaId,
      timestampMs,
      recovery: this.history.recovery(tracked.name),
    };
  }

  #tellEvaluation(tracked: TrackedSubject, nowMs: number): void {
    const { control, reading, cluster, name } = tracked;
    this.#options.observe({
      type: 'evaluated',
      subject: name,
      status: cluster.status,
      ...reading,
      p50Ms: control.monitor.quantile(0.5, nowMs),
      p99Ms: control.monitor.quantile(0.99, nowMs),
    });
  }
}
