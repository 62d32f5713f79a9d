import {
  AckPolicy,
  type Consumer,
  type ConsumerConfig,
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamManager,
  type JsMsg,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { setImmediate as breathe } from 'node:timers/promises';
import type { BucketEntry } from './bucket-entry.js';
import { streamOfBucket, subjectsOfBucket } from './mirrored-bucket.js';

export interface BucketReaderOptions {
  readonly jsm: JetStreamManager;
  readonly bucket: string;
  readonly auditEveryMs: number;
  /** The bucket as it was when the reading began. */
  readonly info: StreamInfo;
}

export interface BucketReading {
  changed(entry: BucketEntry): void;
  synced(): void;
  /** The bucket still is the one being read, and nothing is missing. */
  audited(): void;
}

/** Entries fetched per pull: bounds what waits in memory while entries are worked on. */
const BATCH = 256;
/** Entries told before the event loop gets a turn. */
const SLICE = 16;
const INACTIVE_MS = 30_000;

/** The bucket is no longer what the reader reads: it was deleted, replaced, purged, or the consumer lost its place. */
export class LostPlaceError extends Error {
  override readonly name = 'LostPlaceError';
}

/** Reads one bucket through one consumer, in order, until it is ended or finds that it has lost its place. */
export class BucketReader {
  #ended = false;
  #batch: ConsumerMessages | undefined;
  #lastRevision = 0;
  #laggingAt = -1;
  #failure: Error | undefined;

  constructor(
    private readonly options: BucketReaderOptions,
    private readonly reading: BucketReading,
  ) {}

  /** Ends the reading; `run` returns soon after. */
  end(failure?: Error): void {
    this.#ended = true;
    this.#failure ??= failure;
    this.#batch?.stop();
  }

  /**
   * Tells every entry from `fromRevision` on, or the last one of each key and what follows.
   * @throws LostPlaceError when a new reading has to begin.
   */
  async run(fromRevision: number | undefined): Promise<void> {
    const { jsm, bucket, info } = this.options;
    const stream = streamOfBucket(bucket);
    const created = await jsm.consumers.add(stream, consumerConfig(bucket, fromRevision));
    this.#lastRevision = fromRevision === undefined ? 0 : info.state.last_seq;
    const consumer = jsm.jetstream().consumers.getConsumerFromInfo(created);
    const audit = setInterval(() => void this.#audit(), this.options.auditEveryMs);
    audit.unref();
    try {
      const hasBacklog = created.num_pending > 0;
      if (!hasBacklog) this.#synced();
      await this.#readAll(consumer, hasBacklog);
    } finally {
      clearInterval(audit);
      void jsm.consumers.delete(stream, created.name).catch(() => undefined);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #readAll(consumer: Consumer, hasBacklog: boolean): Promise<void> {
    let behind = hasBacklog;
    let told = 0;
    while (!this.#ended) {
      this.#batch = await consumer.fetch({ max_messages: BATCH, expires: INACTIVE_MS });
      if (this.#ended) this.#batch.stop();
      for await (const message of this.#batch) {
        if (this.#ended) return;
        told += 1;
        this.#tell(message, told);
        if (behind && message.info.pending === 0) {
          behind = false;
          this.#synced();
        }
        if (told % SLICE === 0) await breathe();
      }
    }
  }

  #tell(message: JsMsg, position: number): void {
    if (message.info.deliverySequence !== position) {
      throw new LostPlaceError(
        `entry ${message.info.deliverySequence} came where ${position} was due`,
      );
    }
    this.#lastRevision = message.seq;
    this.reading.changed(toEntry(message, this.options.bucket));
  }

  #synced(): void {
    this.#lastRevision = Math.max(this.#lastRevision, this.options.info.state.last_seq);
    this.reading.synced();
  }

  async #audit(): Promise<void> {
    try {
      const { jsm, bucket, info } = this.options;
      const toldBefore = this.#lastRevision;
      const now = await jsm.streams.info(streamOfBucket(bucket));
      if (this.#ended) return;
      const problem = this.#problemWith(now, info, toldBefore);
      if (problem === undefined) this.reading.audited();
      else this.end(new LostPlaceError(problem));
    } catch {
      // No answer proves nothing: the connection tells of its loss itself, and a deleted bucket ends the pull.
    }
  }

  /** @param toldBefore Last revision that was known when the question was asked: more may have come while it was answered. */
  #problemWith(now: StreamInfo, atStart: StreamInfo, toldBefore: number): string | undefined {
    if (now.created !== atStart.created) return 'the bucket was made anew';
    if (now.state.last_seq < toldBefore) return 'the bucket was rolled back';
    const hadEntries = atStart.state.messages > 0 || toldBefore > atStart.state.last_seq;
    const isEmptied = now.state.messages === 0 && now.config.max_age === 0;
    if (hadEntries && isEmptied) return 'the bucket was purged';
    if (now.state.last_seq <= this.#lastRevision) return undefined;
    // One audit may fall between a write and its delivery; a second one at the same place may not.
    const stuck = this.#laggingAt === this.#lastRevision;
    this.#laggingAt = this.#lastRevision;
    return stuck ? `no entry came after revision ${this.#lastRevision}` : undefined;
  }
}

function consumerConfig(bucket: string, fromRevision: number | undefined): Partial<ConsumerConfig> {
  return {
    filter_subject: subjectsOfBucket(bucket),
    ack_policy: AckPolicy.None,
    inactive_threshold: nanos(INACTIVE_MS * 2),
    mem_storage: true,
    num_replicas: 1,
    ...(fromRevision === undefined
      ? { deliver_policy: DeliverPolicy.LastPerSubject }
      : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: fromRevision }),
  };
}

function toEntry(message: JsMsg, bucket: string): BucketEntry {
  const operation = message.headers?.get('KV-Operation') ?? '';
  const isDeleted = operation === 'DEL' || operation === 'PURGE';
  return {
    key: message.subject.slice(`$KV.${bucket}.`.length),
    value: isDeleted ? undefined : message.data,
    revision: message.seq,
  };
}
