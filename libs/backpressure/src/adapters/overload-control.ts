import { AckedPublisher } from '@beamline/jetstream';
import { ignoreEvents } from '@beamline/kernel';
import { healthOf } from '../core/health-of.js';
import { type ReplicaReport, type SubjectSettings, worse } from '../core/index.js';
import type { LiveReplica } from '../core/cluster-view.js';
import type { OverloadHistory } from '../core/overload-history.js';
import { isSubjectName } from '../core/subject-name.js';
import { Cluster } from './cluster.js';
import { Evaluator } from './evaluator.js';
import { HistoryKeeper } from './history-keeper.js';
import { type LoadListener, LoadNews } from './load-news.js';
import {
  bucketStorageOf,
  type OverloadControlOptions,
  type ResolvedOptions,
  resolveOptions,
  type SubjectDeclaration,
} from './overload-control-options.js';
import { Probes } from './probes.js';
import { SettingsStore } from './settings-store.js';
import type { SubjectControl } from './subject-control.js';
import type { KnownSubjectStatus, OverloadHealth, SubjectStatus } from './subject-status.js';
import { TrackedSubject } from './tracked-subject.js';
import { TrackedSubjects } from './tracked-subjects.js';

/** How often the leader has checkpoints written of what changed, in milliseconds. */
const SAVE_EVERY_MS = 1_000;
/** How long acknowledgements are waited for at the end, in milliseconds. */
const PUBLISH_GRACE_MS = 500;

/**
 * Overload control of a process: lets requests in or refuses them, subject by subject, and tells the status of each.
 * Admission works from the first call on, by itself. `start` adds what needs time and others: evaluation, measurements,
 * and with a link to NATS the other replicas, the history and the settings that they share.
 */
export class OverloadControl {
  /** What is configured for each subject. Without NATS: the defaults. */
  readonly settings: SettingsStore;
  readonly #options: ResolvedOptions;
  readonly #subjects: TrackedSubjects;
  readonly #probes: Probes;
  readonly #cluster: Cluster;
  readonly #keeper: HistoryKeeper;
  readonly #evaluator: Evaluator;
  readonly #news = new LoadNews();
  readonly #ownPublisher: AckedPublisher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #saver: NodeJS.Timeout | undefined;

  /** @throws RangeError when an option is out of its range. */
  constructor(options: OverloadControlOptions = {}) {
    const resolved = resolveOptions(options);
    const { nats, publisher, wall, defaults, maxSubjects, observe } = resolved;
    this.#options = resolved;
    this.#ownPublisher =
      nats && publisher === undefined
        ? new AckedPublisher(nats, { observe: ignoreEvents })
        : undefined;
    const epoch = Math.round(wall.nowMs());
    this.settings = new SettingsStore({
      defaults,
      maxSubjects,
      storage: bucketStorageOf(resolved),
      observe,
    });
    this.settings.onChange((subject) => this.#configure(subject));
    this.#probes = new Probes(resolved, (delayMs) => this.#doorDelayed(delayMs));
    this.#keeper = new HistoryKeeper(resolved, publisher ?? this.#ownPublisher);
    const knowsPast = () => this.#keeper.knowsPast;
    this.#cluster = new Cluster(resolved, epoch, knowsPast, (report) => this.#heard(report));
    const parts = { probes: this.#probes, cluster: this.#cluster, keeper: this.#keeper, epoch };
    this.#evaluator = new Evaluator(resolved, parts);
    this.#subjects = new TrackedSubjects(maxSubjects, {
      make: (declaration, isServed) => this.#newSubject(declaration, isServed),
      forget: (tracked) => this.#evaluator.forget(tracked, resolved.clock.nowMs()),
    });
    for (const subject of resolved.subjects) this.#serve(subject);
  }

  /** What happened to the subjects, on all replicas. Ask for it anew each time. */
  get history(): OverloadHistory {
    return this.#keeper.history;
  }

  /** Begins to evaluate and to measure, and to talk to the other replicas. Returns at once; a second call does nothing. */
  start(): void {
    if (this.#timer !== undefined) return;
    const { nats, evaluateEveryMs } = this.#options;
    this.#timer = setInterval(() => this.evaluate(), evaluateEveryMs).unref();
    this.#probes.start();
    if (nats === undefined) return;
    this.#saver = setInterval(() => this.#save(), SAVE_EVERY_MS).unref();
    this.settings.start(nats);
    this.#keeper.start();
    this.#cluster.start();
  }

  /** Ends all of that, and writes down what waits, within a few seconds. Admission goes on. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    clearInterval(this.#saver);
    this.#probes.stop();
    this.#cluster.stop();
    if (this.#timer === undefined) return;
    this.#timer = undefined;
    await Promise.all([this.#keeper.stop(this.isLeading()), this.settings.stop()]);
    await this.#ownPublisher?.close(PUBLISH_GRACE_MS);
  }

  /**
   * The door keeper of a subject, always the same one. Takes the subject in when it is new.
   * @throws RangeError when the name is none, or when as many subjects as may be are tracked already.
   */
  subject(name: string): SubjectControl {
    const known = this.#subjects.get(name);
    return (known?.isServed === true ? known : this.#serve({ name })).control;
  }

  /** Names of the subjects that this process or any other replica serves. */
  subjects(): string[] {
    return this.#subjects.names();
  }

  /** The status of a subject as it is this very moment: whoever knows something newer is asked first. Never rejects. */
  async status(subject: unknown): Promise<SubjectStatus> {
    const tracked = isSubjectName(subject) ? this.#subjects.get(subject) : undefined;
    if (tracked !== undefined) await this.#probes.refresh(tracked.control, tracked.reading.sources);
    return this.statusNow(subject);
  }

  /** The status of a subject by what is known without asking. */
  statusNow(subject: unknown): SubjectStatus {
    const timestampMs = Math.round(this.#options.wall.nowMs());
    if (!isSubjectName(subject)) {
      return { subject, status: 'unknown', error: 'invalid_subject', timestampMs };
    }
    const nowMs = this.#options.clock.nowMs();
    const known = this.#subjects.get(subject);
    if (known !== undefined) this.#evaluator.evaluate(known, nowMs);
    // Whoever asks about a subject does not make it one of ours: questions would fill the memory.
    const tracked = known ?? this.#newSubject({ name: subject }, false);
    return this.#statusOf(tracked, nowMs, timestampMs);
  }

  /** Whether any subject is active, and how many are what, by what is known now. */
  health(): OverloadHealth {
    const { clock, wall } = this.#options;
    const tracked = this.#subjects.all();
    for (const each of tracked) this.#evaluator.evaluate(each, clock.nowMs());
    const statuses = tracked.map(({ shown }) => shown);
    return { ...healthOf(statuses), timestampMs: Math.round(wall.nowMs()) };
  }

  /**
   * Calls `listener` as soon as a status or the effective status of a subject changes here, or as any replica begins or
   * all cease to refuse requests for it. @returns A function that ends it.
   */
  onLoadChange(listener: LoadListener): () => void {
    return this.#news.listen(listener);
  }

  /** Whether this replica is the one that speaks for all. */
  isLeading(): boolean {
    return this.#cluster.role(this.#options.clock.nowMs()) === 'leads';
  }

  /** The living replicas, ascending by id. */
  replicas(): readonly LiveReplica[] {
    return this.#cluster.replicas(this.#options.clock.nowMs());
  }

  /** Evaluates all subjects now, as the timer does. */
  evaluate(): void {
    const nowMs = this.#options.clock.nowMs();
    this.#cluster.tick(nowMs);
    // Who listens will perhaps have to close an account: until it knows, the subject stays.
    const mayForget = this.#cluster.role(nowMs) !== 'listens';
    this.#subjects.follow(this.#cluster.subjects(nowMs), mayForget);
    for (const tracked of this.#subjects.all()) {
      this.#evaluator.evaluate(tracked, nowMs);
      this.#evaluator.tell(tracked, nowMs);
      this.#news.look(tracked);
      if (tracked.isServed) {
        void this.#probes.askLatency(tracked.control, tracked.reading.sources);
      }
    }
  }

  #serve(declaration: SubjectDeclaration): TrackedSubject {
    const tracked = this.#subjects.serve(declaration);
    this.#cluster.withdraw(declaration.name);
    this.#probes.track(declaration);
    return tracked;
  }

  #newSubject(declaration: SubjectDeclaration, isServed: boolean): TrackedSubject {
    const settings = this.settings.settingsOf(declaration.name);
    const tracked = new TrackedSubject(declaration, settings, this.#options, isServed);
    this.#evaluator.recall(tracked, this.#options.clock.nowMs());
    // Not in the midst of a decision: it costs time, and may ask the subject again.
    tracked.control.whenRefusing(() => setImmediate(() => this.#hasten(tracked)).unref());
    return tracked;
  }

  #hasten(tracked: TrackedSubject): void {
    if (this.#subjects.get(tracked.name) !== tracked) return;
    this.#evaluator.hasten(tracked, this.#options.clock.nowMs());
    this.#news.look(tracked);
  }

  /** What gets better is found by the next evaluation; what gets worse, gateways should know at once. */
  #heard({ subjects }: ReplicaReport): void {
    const nowMs = this.#options.clock.nowMs();
    for (const { subject, isRefusing, effectiveStatus } of subjects) {
      const tracked = this.#subjects.get(subject);
      if (tracked === undefined) continue;
      const isNews = isRefusing && tracked.creditPerSecond === null;
      if (!isNews && worse(tracked.shedding, effectiveStatus) === tracked.shedding) continue;
      this.#evaluator.evaluate(tracked, nowMs);
      this.#news.look(tracked);
    }
  }

  #configure(subject: string | undefined): void {
    for (const tracked of this.#subjects.all()) {
      if (subject !== undefined && subject !== tracked.name) continue;
      const settings: SubjectSettings = this.settings.settingsOf(tracked.name);
      tracked.configure(settings);
    }
  }

  #doorDelayed(delayMs: number): void {
    for (const { isServed, countsDoorDelay, control } of this.#subjects.all()) {
      if (isServed && countsDoorDelay) control.observeQueueDelay(delayMs);
    }
  }

  #save(): void {
    if (this.isLeading()) this.#keeper.save();
  }

  #statusOf(tracked: TrackedSubject, nowMs: number, timestampMs: number): KnownSubjectStatus {
    const { name, cluster, control, reading, settings, shared, shown, shedding } = tracked;
    const view = control.admission.view();
    const { offered, refused } = control.admission.recentLoad();
    const last = this.history.lastStatus(name);
    // What is written down is the same on every replica.
    const isWritten = last !== undefined && last.status === shown;
    return {
      subject: name,
      status: shown,
      sinceMs: isWritten ? last.sinceMs : Math.round(timestampMs - (nowMs - cluster.sinceMs)),
      effectiveStatus: worse(shown, shedding),
      ...reading,
      causes: tracked.causes,
      thresholds: settings.thresholds,
      policy: settings.policy,
      view: tracked.isServed ? view : undefined,
      predictedWaitMs: shared?.predictedWaitMs ?? view.predictedWaitMs,
      shedRatio: shared?.shedRatio ?? (offered === 0 ? 0 : refused / offered),
      creditPerSecond: tracked.creditPerSecond,
      replicas: this.#cluster.replicas(nowMs).map(({ id }) => id),
      leader: this.#cluster.leader(nowMs),
      timestampMs,
      recovery: this.history.recovery(name),
    };
  }
}
