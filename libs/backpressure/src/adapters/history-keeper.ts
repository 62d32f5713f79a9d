import type { AckedPublisher, NatsLink } from '@beamline/jetstream';
import type { HistoryEntry, OverloadAlert } from '../core/index.js';
import type { HistoryCheckpoint } from '../core/history-checkpoint.js';
import { OverloadHistory } from '../core/overload-history.js';
import { AlertPublisher } from './alert-publisher.js';
import { HistoryStream } from './history-stream.js';
import { bucketStorageOf, type ResolvedOptions } from './overload-control-options.js';
import { StatusStore } from './status-store.js';

/** Where the history lives outside of this process. */
interface Durable {
  readonly link: NatsLink;
  readonly stream: HistoryStream;
  readonly alerts: AlertPublisher;
  readonly checkpoints: StatusStore;
}

/**
 * Remembers what happened: in memory, in the stream that all replicas read, and in checkpoints, so that a restarted
 * replica knows what it would have known. Without NATS memory is all there is.
 */
export class HistoryKeeper {
  readonly #durable: Durable | undefined;
  /** Place of the last checkpoint per subject. */
  readonly #saved = new Map<string, string>();
  #history: OverloadHistory;
  #isStarted = false;
  #isStopped = false;

  constructor(
    private readonly options: ResolvedOptions,
    publisher: AckedPublisher | undefined,
  ) {
    this.#history = this.#emptyHistory();
    const { nats } = options;
    this.#durable = nats && publisher && this.#makeDurable(nats, publisher);
  }

  /** What happened. Another object once what was stored has been read. */
  get history(): OverloadHistory {
    return this.#history;
  }

  /** Whether everything that was written down has been read. */
  get knowsPast(): boolean {
    return this.#durable === undefined || this.#durable.stream.state === 'synced';
  }

  /** Begins to read what was stored, as soon as NATS is there. */
  start(): void {
    if (this.#durable === undefined || this.#isStarted) return;
    this.#isStarted = true;
    this.#durable.checkpoints.start(this.#durable.link);
    void this.#restore(this.#durable);
  }

  /** Stores what waits, within a second or two. @param savesLast Whether the last checkpoints are this replica's. */
  async stop(savesLast: boolean): Promise<void> {
    this.#isStopped = true;
    if (this.#durable === undefined) return;
    const { stream, alerts, checkpoints } = this.#durable;
    await Promise.all([stream.stop(), alerts.stop()]);
    if (savesLast) this.save();
    await checkpoints.stop();
  }

  /** Writes entries of this replica down. Never waits. */
  append(entries: readonly HistoryEntry[]): void {
    for (const entry of entries) {
      if (this.#durable === undefined) this.history.apply(entry);
      else this.#durable.stream.append(entry);
      this.options.observe({ type: 'history-entry', entry });
    }
  }

  /** Tells an alert. Never waits. */
  alert(alert: OverloadAlert): void {
    this.#durable?.alerts.publish(alert);
    this.options.observe({ type: 'alert', alert });
  }

  /** Has checkpoints written of what changed since the last time. For the leader alone: all would write the same. */
  save(): void {
    if (this.#durable === undefined) return;
    for (const subject of this.history.subjects()) {
      const checkpoint = this.history.checkpoint(subject);
      if (checkpoint === undefined) continue;
      const place = placeOf(checkpoint);
      if (this.#saved.get(subject) === place) continue;
      this.#saved.set(subject, place);
      this.#durable.checkpoints.save(checkpoint);
    }
  }

  /** Checkpoints first: they tell which entries of the stream are counted already. What came before they did, follows. */
  async #restore({ checkpoints, stream }: Durable): Promise<void> {
    const found = await checkpoints.loaded;
    const own = this.#history.entries(undefined, { limit: Infinity }).toReversed();
    this.#history = this.#emptyHistory();
    for (const checkpoint of found) {
      this.#history.restore(checkpoint);
      this.#saved.set(checkpoint.subject, placeOf(checkpoint));
    }
    for (const entry of own) this.#history.apply(entry);
    if (!this.#isStopped) stream.start();
  }

  #emptyHistory(): OverloadHistory {
    return new OverloadHistory({ maxSubjects: this.options.maxSubjects });
  }

  #makeDurable(link: NatsLink, publisher: AckedPublisher): Durable {
    const { observe, maxSubjects, storage } = this.options;
    const stream = new HistoryStream({ observe, ...(storage && { storage }) }, link, publisher, {
      entry: (entry, position) => void this.history.apply(entry, position),
    });
    const alerts = new AlertPublisher(link, publisher, { observe });
    const bucketStorage = bucketStorageOf(this.options);
    const checkpoints = new StatusStore({ maxSubjects, storage: bucketStorage, observe });
    return { link, stream, alerts, checkpoints };
  }
}

function placeOf({ position }: HistoryCheckpoint): string {
  return `${position.stream} ${position.sequence}`;
}
