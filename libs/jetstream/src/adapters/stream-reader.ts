import {
  AckPolicy,
  type Consumer,
  type ConsumerInfo,
  type ConsumerMessages,
  DeliverPolicy,
  JetStreamApiCodes,
  type JetStreamManager,
  type JsMsg,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { setImmediate as breathe } from 'node:timers/promises';
import { LostPlaceError } from './bucket-reader.js';
import { hasJetStreamCode } from './ensure-bucket.js';

/** One message of a stream, as it lies there. */
export interface StreamEntry {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly seq: number;
  /** Unix time at which the stream stored it, in milliseconds. */
  readonly storedAtMs: number;
}

export interface StreamReaderOptions {
  readonly jsm: JetStreamManager;
  /** The stream as it was when the reading began. */
  readonly info: StreamInfo;
  readonly filterSubject: string;
  readonly auditEveryMs: number;
}

/** Where a reading starts: after a sequence, or so far back that about this many messages come. */
export type ReadingStart = { readonly afterSeq: number } | { readonly newest: number };

/** Messages fetched per pull: bounds what waits in memory while entries are worked on. */
const BATCH = 256;
/** Entries told before the event loop gets a turn. */
const SLICE = 16;
const INACTIVE_MS = 30_000;
const NOT_FOUND = [JetStreamApiCodes.ConsumerNotFound, JetStreamApiCodes.StreamNotFound];

/** Reads one stream through one consumer, in order, until it is ended or finds that it has lost its place. */
export class StreamReader {
  #ended = false;
  #batch: ConsumerMessages | undefined;
  #failure: Error | undefined;
  #told = 0;
  #toldAtAudit = -1;

  constructor(
    private readonly options: StreamReaderOptions,
    private readonly entry: (entry: StreamEntry) => void,
    private readonly caughtUp: () => void,
  ) {}

  /** Ends the reading; `run` returns soon after. */
  end(failure?: Error): void {
    this.#ended = true;
    this.#failure ??= failure;
    this.#batch?.stop();
  }

  /** @throws LostPlaceError when a new reading has to begin. */
  async run(start: ReadingStart): Promise<void> {
    const { jsm, auditEveryMs } = this.options;
    const created = await this.#consumerFrom(start);
    const consumer = jsm.jetstream().consumers.getConsumerFromInfo(created);
    const audit = setInterval(() => void this.#audit(created.name), auditEveryMs).unref();
    try {
      const hasBacklog = created.num_pending > 0;
      if (!hasBacklog) this.caughtUp();
      await this.#readAll(consumer, hasBacklog);
    } finally {
      clearInterval(audit);
      this.#remove(created.name);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #readAll(consumer: Consumer, hasBacklog: boolean): Promise<void> {
    let behind = hasBacklog;
    while (!this.#ended) {
      this.#batch = await consumer.fetch({ max_messages: BATCH, expires: INACTIVE_MS });
      if (this.#ended) this.#batch.stop();
      for await (const message of this.#batch) {
        if (this.#ended) return;
        this.#tell(message);
        if (behind && message.info.pending === 0) {
          behind = false;
          this.caughtUp();
        }
        if (this.#told % SLICE === 0) await breathe();
      }
    }
  }

  #tell(message: JsMsg): void {
    this.#told += 1;
    const { deliverySequence, timestampNanos } = message.info;
    if (deliverySequence !== this.#told) {
      throw new LostPlaceError(`message ${deliverySequence} came where ${this.#told} was due`);
    }
    const { subject, data, seq } = message;
    this.entry({ subject, data, seq, storedAtMs: Math.floor(timestampNanos / 1e6) });
  }

  async #audit(consumer: string): Promise<void> {
    const { jsm, info } = this.options;
    try {
      const now = await jsm.consumers.info(info.config.name, consumer);
      // One audit may fall between a message and its delivery; a second one at the same place may not.
      const isStuck = now.num_pending > 0 && this.#toldAtAudit === this.#told;
      this.#toldAtAudit = now.num_pending > 0 ? this.#told : -1;
      if (isStuck) this.end(new LostPlaceError(`no message came after ${this.#told}`));
    } catch (error) {
      // No answer proves nothing: the connection tells of its loss itself.
      if (!isNotFound(error)) return;
      this.end(new LostPlaceError('the stream was deleted, or its consumer'));
    }
  }

  async #consumerFrom(start: ReadingStart): Promise<ConsumerInfo> {
    if ('afterSeq' in start) return this.#consumerAt(start.afterSeq + 1);
    const { first_seq: first, last_seq: last } = this.options.info.state;
    const all = await this.#consumerAt(first);
    if (all.num_pending <= start.newest) return all;
    this.#remove(all.name);
    return this.#consumerAt(await this.#sequenceOfNewest(start.newest, first, last));
  }

  /** Other subjects lie between: only the server can count, so ask it where fewer than wanted are left. */
  async #sequenceOfNewest(newest: number, first: number, last: number): Promise<number> {
    let low = first;
    let high = last;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const { name, num_pending: left } = await this.#consumerAt(middle);
      this.#remove(name);
      if (left > newest) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #consumerAt(sequence: number): Promise<ConsumerInfo> {
    return this.options.jsm.consumers.add(this.options.info.config.name, {
      filter_subject: this.options.filterSubject,
      ack_policy: AckPolicy.None,
      inactive_threshold: nanos(INACTIVE_MS * 2),
      mem_storage: true,
      num_replicas: 1,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: Math.max(1, sequence),
    });
  }

  #remove(consumer: string): void {
    const { jsm, info } = this.options;
    void jsm.consumers.delete(info.config.name, consumer).catch(() => undefined);
  }
}

function isNotFound(error: unknown): boolean {
  return NOT_FOUND.some((code) => hasJetStreamCode(error, code));
}
