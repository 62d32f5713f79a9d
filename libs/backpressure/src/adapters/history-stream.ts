import { backpressureEventSubject, STREAMS, SUBJECTS } from '@beamline/contracts/core';
import {
  type AckedPublisher,
  type NatsLink,
  type StreamEntry,
  StreamFollower,
} from '@beamline/jetstream';
import type { BucketState, StreamSpec } from '@beamline/jetstream/core';
import { ignoreEvents, type Observer } from '@beamline/kernel';
import type { StreamPosition } from '../core/history-checkpoint.js';
import type { HistoryEntry, OverloadEvent } from '../core/index.js';
import { decodeHistoryEntry, encodeHistoryEntry } from './history-entry-json.js';
import { Outbox, type Sending, sendingOf } from './outbox.js';

/** Who keeps the history. Calls must not throw. */
export interface HistoryListener {
  /**
   * An entry: an own one at once, before it is stored (`position` is `undefined`); then every entry as it lies in the
   * stream, those of others, of the past, and the own ones again.
   */
  entry(entry: HistoryEntry, position: StreamPosition | undefined): void;
}

/** Settings of {@link HistoryStream}. */
export interface HistoryStreamOptions {
  /** Default `router-events`. */
  readonly stream?: string;
  /** Copies and place of the stream. Default: 1 copy, on disk. */
  readonly storage?: { readonly replicas?: number; readonly type?: 'file' | 'memory' };
  /** Entries of the past that are read at most. Default 10 000. */
  readonly readBack?: number;
  /** Own entries that wait at most while NATS is away; the oldest goes first. Default 1 000. */
  readonly capacity?: number;
  /** How often the follower makes sure that it still has its place, in milliseconds. Default 2 000. */
  readonly auditEveryMs?: number;
  readonly observe?: Observer<OverloadEvent>;
}

const WEEK_MS = 7 * 24 * 3_600_000;
const GIBIBYTE = 1_073_741_824;

/** The stream that keeps what happened: overload, alerts. Seven days and 1 GiB at most; then the oldest goes. */
export function eventsStreamSpec(options: HistoryStreamOptions = {}): StreamSpec {
  return {
    name: options.stream ?? STREAMS.events,
    subjects: [`${SUBJECTS.events}.>`],
    storage: options.storage?.type ?? 'file',
    replicas: options.storage?.replicas ?? 1,
    maxAgeMs: WEEK_MS,
    maxBytes: GIBIBYTE,
  };
}

/**
 * The durable history of overload: own entries are appended to the stream `router-events`, and everybody's are read
 * from it, so that all replicas know the same, and still know it after a restart. While NATS is away own entries wait,
 * and are stored when it is back. An entry may come twice: after a lost acknowledgement nobody knows whether it was
 * stored, so it is sent again, and the stream recognises a repeated id for two minutes only.
 */
export class HistoryStream {
  readonly #follower: StreamFollower;
  readonly #outbox: Outbox<HistoryEntry>;

  constructor(
    options: HistoryStreamOptions,
    private readonly link: NatsLink,
    private readonly publisher: AckedPublisher,
    private readonly listener: HistoryListener,
  ) {
    const { readBack = 10_000, capacity = 1_000, auditEveryMs = 2_000 } = options;
    const { observe = ignoreEvents } = options;
    this.#outbox = new Outbox({
      capacity,
      send: (entry) => this.#send(entry),
      onLost: (count) => observe({ type: 'history-lost', count }),
    });
    this.#follower = new StreamFollower(
      {
        spec: eventsStreamSpec(options),
        filterSubject: `${SUBJECTS.backpressureEvents}.>`,
        readBack,
        auditEveryMs,
      },
      {
        entry: (entry, { created: stream }) => this.#came(entry, stream),
        caughtUp: () => undefined,
        stateChanged: () => undefined,
      },
    );
  }

  /** How the reading stands to the stream. */
  get state(): BucketState {
    return this.#follower.state;
  }

  /** Own entries that are not stored yet. */
  get waiting(): number {
    return this.#outbox.waiting;
  }

  /** Begins to read, as soon as NATS is there. A second call does nothing. */
  start(): void {
    this.#follower.start(this.link);
  }

  /** Stores what waits within `withinMs` (default 1 000), and reads no more. */
  async stop(withinMs: number = 1_000): Promise<void> {
    await this.#outbox.stop(this.link.isConnected ? withinMs : 0);
    await this.#follower.stop();
  }

  /** Tells an own entry at once and stores it as soon as that is possible. Never waits. */
  append(entry: HistoryEntry): void {
    this.#outbox.add(entry);
    this.listener.entry(entry, undefined);
  }

  async #send(entry: HistoryEntry): Promise<Sending> {
    if (!this.link.isConnected) return 'away';
    const subject = backpressureEventSubject(entry.subject);
    const payload = encodeHistoryEntry(entry);
    return sendingOf(await this.publisher.publish(subject, payload, { msgId: entry.id }));
  }

  #came({ data, seq: sequence }: StreamEntry, stream: string): void {
    const entry = decodeHistoryEntry(data);
    if (entry !== undefined) this.listener.entry(entry, { stream, sequence });
  }
}
