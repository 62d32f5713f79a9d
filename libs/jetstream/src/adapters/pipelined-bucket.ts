import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NatsFailure } from '../core/nats.events.js';
import type { AckedPublisher } from './acked-publisher.js';
import type { NatsLink } from './nats-link.js';

/** Settings of {@link PipelinedBucket}. */
export interface PipelinedBucketOptions {
  readonly bucket: string;
  /** How long one lookup may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Told how many writes that nobody waited for may have failed. */
  readonly onLost: (count: number) => void;
  /** How long writes that nobody waits for are gathered before they go out together, in milliseconds. Default 50. */
  readonly gatherMs?: number;
}

/** Writes that are gathered at most; a further one is refused. */
const MAX_GATHERED = 10_000;

/** How a create ended. `busy`: too many writes are under way, nothing was tried. */
export type CreateOutcome = 'created' | 'exists' | 'busy' | 'unavailable';

const OUTCOME_OF_FAILURE: Readonly<Partial<Record<NatsFailure, CreateOutcome>>> = {
  wrong_sequence: 'exists',
  window_full: 'busy',
};

const CREATE_ONLY = { expectLastSubjectSequence: 0 };

/** What a lookup found. An unreachable bucket is an answer too, and another one than an absent key. */
export type BucketAnswer =
  | { readonly kind: 'found'; readonly value: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unavailable' };

/**
 * A JetStream KV bucket for much writing and little reading. Writes go through the pipelined publisher, at a fraction
 * of what a KV client's request per write costs; reads ask the bucket's stream. Answers are values: nothing throws.
 */
export class PipelinedBucket {
  #manager: { readonly of: NatsConnection; readonly made: Promise<JetStreamManager> } | undefined;

  readonly #gathered: { readonly key: string; readonly value: () => string }[] = [];

  constructor(
    private readonly link: NatsLink,
    private readonly publisher: AckedPublisher,
    private readonly options: PipelinedBucketOptions,
  ) {}

  /** Stores `value` unless the key is taken: of all who try, one succeeds. */
  create(key: string, value: string): Promise<CreateOutcome> {
    return this.publisher
      .publish(this.#subject(key), value, CREATE_ONLY)
      .then((result) =>
        result.ok ? 'created' : (OUTCOME_OF_FAILURE[result.reason] ?? 'unavailable'),
      );
  }

  /**
   * As {@link create}, without waiting, and together with others: every acknowledgement that comes alone wakes the
   * process up, which costs more than the write.
   *
   * @returns `false` when it is not even tried: too many wait already.
   */
  createSoon(key: string, value: () => string): boolean {
    if (this.#gathered.length >= MAX_GATHERED) return false;
    if (this.#gathered.push({ key, value }) === 1) {
      setTimeout(() => this.flush(), this.options.gatherMs ?? 50).unref();
    }
    return true;
  }

  /** Sends what was gathered. The publisher's close waits for its end. */
  flush(): void {
    const writes = this.#gathered.splice(0);
    const last = writes.pop();
    if (last === undefined) return;
    let ahead = 0;
    for (const { key, value } of writes) {
      if (this.publisher.publishAhead(this.#subject(key), value(), CREATE_ONLY)) ahead += 1;
    }
    if (ahead < writes.length) this.options.onLost(writes.length - ahead);
    // Its acknowledgement stands for all: they go the same way, in this order.
    void this.create(last.key, last.value()).then((outcome) => {
      if (outcome === 'unavailable' || outcome === 'busy') this.options.onLost(ahead + 1);
    });
  }

  get(key: string): Promise<BucketAnswer> {
    return this.#lastOf(this.#subject(key));
  }

  /** The newest value among keys that match `pattern`, in which `*` stands for one part. */
  getLatest(pattern: string): Promise<BucketAnswer> {
    return this.#lastOf(this.#subject(pattern));
  }

  async #lastOf(subject: string): Promise<BucketAnswer> {
    try {
      const manager = await this.#managerOfNow();
      if (!manager) return { kind: 'unavailable' };
      const stream = `KV_${this.options.bucket}`;
      const message = await manager.streams.getMessage(stream, { last_by_subj: subject });
      // A deleted key is a message without a value.
      if (!message || message.data.length === 0) return { kind: 'absent' };
      return { kind: 'found', value: message.string() };
    } catch {
      return { kind: 'unavailable' };
    }
  }

  #managerOfNow(): Promise<JetStreamManager> | undefined {
    const { connection } = this.link;
    if (!connection || !this.link.isConnected) return undefined;
    if (this.#manager?.of !== connection) {
      const { timeoutMs: timeout } = this.options;
      const made = jetstreamManager(connection, { timeout, checkAPI: false });
      this.#manager = { of: connection, made };
    }
    return this.#manager.made;
  }

  #subject(key: string): string {
    return `$KV.${this.options.bucket}.${key}`;
  }
}
