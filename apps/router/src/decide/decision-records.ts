import { kvKey } from '@beamline/contracts/core';
import type { IntakeEvent } from '@beamline/jetstream/core';
import type { Clock, Observer } from '@beamline/kernel';
import { decodeRecord, type DecisionRecord, encodeRecord } from './decision-record.js';
import type { BucketAnswer, PipelinedBucket } from '@beamline/jetstream';
import { RecentDecisions } from './recent-decisions.js';
import { TokenBucket } from './token-bucket.js';

/** Bounds of {@link DecisionRecords}. */
export interface DecisionRecordsOptions {
  /** Decisions kept in this process for `get_decision`, at most; the older half goes at a time. Default 100 000. */
  readonly maxRecent: number;
  /** Request/reply decisions per second that are also written to the bucket. Beyond it they stay local. Default 1 000. */
  readonly recordsPerSecond: number;
  /** How long a record counts, in milliseconds. Default 3 600 000. */
  readonly ttlMs: number;
}

/** The answer to "was this request decided before?". */
export type Settlement =
  | { readonly kind: 'first' }
  | { readonly kind: 'recorded'; readonly record: DecisionRecord }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'unavailable' };

const FIRST: Settlement = { kind: 'first' };

/**
 * Remembers decisions, so that a repeated request gets the recorded one and `get_decision` has an answer.
 *
 * A durable or keyed request is settled by one create in the bucket before it is answered: whoever creates first has
 * decided, on whichever replica. Other requests are remembered after their answer, in this process always and in the
 * bucket as far as `recordsPerSecond` allows: their answer never waits for a disk.
 */
export class DecisionRecords {
  readonly #recent: RecentDecisions;
  readonly #bucketBudget: TokenBucket;

  constructor(
    private readonly bucket: PipelinedBucket,
    private readonly options: DecisionRecordsOptions,
    private readonly clock: Clock,
    private readonly observe: Observer<IntakeEvent>,
  ) {
    this.#recent = new RecentDecisions(options.maxRecent);
    this.#bucketBudget = new TokenBucket(options.recordsPerSecond, clock);
  }

  /** Settles a request that carries an idempotency key: another body under the same key is a conflict. */
  async settleKeyed(idempotencyKey: string, record: DecisionRecord): Promise<Settlement> {
    const key = kvKey('k', record.tenantId, idempotencyKey);
    const settlement = await this.#settle(key, record);
    if (settlement.kind === 'first') {
      this.#recent.set(record);
      this.#recordSoon(record);
    }
    return settlement;
  }

  /** Sends off what is still gathered. */
  flush(): void {
    this.bucket.flush();
  }

  /** Settles a durable request without a key: the same id with the same body is a repeat, with another body a new request. */
  settleMessage(record: DecisionRecord): Promise<Settlement> {
    const { messageId, tenantId, fingerprint } = record;
    return this.#settle(messageKey(record), record).then((settlement) =>
      settlement.kind === 'conflict'
        ? this.#settle(kvKey('m', messageId, tenantId, fingerprint), record)
        : settlement,
    );
  }

  /** Remembers a decision that was already answered. */
  remember(record: DecisionRecord): void {
    this.#recent.set(record);
    if (!this.#bucketBudget.tryTake()) {
      this.observe({ type: 'record-skipped', reason: 'rate' });
    } else if (!this.#recordSoon(record)) {
      this.observe({ type: 'record-skipped', reason: 'queue-full' });
    }
  }

  /**
   * The recorded decision of a message, newest first when several tenants used the same id and none is named.
   *
   * @returns `'unavailable'` when this process does not know it and the bucket cannot be asked.
   */
  async find(
    messageId: string,
    tenantId: string | undefined,
  ): Promise<DecisionRecord | 'unavailable' | undefined> {
    const local = this.#recent.get(messageId, tenantId);
    if (local && this.#isLive(local)) return local;
    const answer =
      tenantId === undefined
        ? await this.bucket.getLatest(`${kvKey('m', messageId)}.*`)
        : await this.bucket.get(kvKey('m', messageId, tenantId));
    if (answer.kind === 'unavailable') return 'unavailable';
    return this.#liveRecordOf(answer);
  }

  #recordSoon(record: DecisionRecord): boolean {
    return this.bucket.createSoon(messageKey(record), () => encodeRecord(record));
  }

  /** Plain callbacks where an async function would do: each of those costs a durable request a microsecond. */
  #settle(key: string, record: DecisionRecord): Promise<Settlement> {
    return this.bucket.create(key, encodeRecord(record)).then((created) => {
      if (created === 'busy' || created === 'unavailable') return { kind: created };
      this.observe({ type: 'idempotency-lookup', hit: created === 'exists' });
      return created === 'created' ? FIRST : this.#compare(key, record);
    });
  }

  async #compare(key: string, record: DecisionRecord): Promise<Settlement> {
    const answer = await this.bucket.get(key);
    // The record went away between the two calls (its time to live ended): let the caller try again.
    if (answer.kind !== 'found') return { kind: 'unavailable' };
    const recorded = decodeRecord(answer.value);
    if (!recorded) return { kind: 'unavailable' };
    if (recorded.fingerprint === record.fingerprint) return { kind: 'recorded', record: recorded };
    return { kind: 'conflict' };
  }

  #liveRecordOf(answer: BucketAnswer): DecisionRecord | undefined {
    const record = answer.kind === 'found' ? decodeRecord(answer.value) : undefined;
    return record && this.#isLive(record) ? record : undefined;
  }

  #isLive(record: DecisionRecord): boolean {
    return this.clock.nowMs() - record.decidedAtMs < this.options.ttlMs;
  }
}

function messageKey(record: DecisionRecord): string {
  return kvKey('m', record.messageId, record.tenantId);
}
