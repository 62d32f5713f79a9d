import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { AckedPublisher, NatsLink } from '@beamline/jetstream';
import type { BucketAnswer, RecordBucket } from './record-bucket.js';

/** Settings of {@link KvRecordBucket}. */
export interface KvRecordBucketOptions {
  readonly bucket: string;
  /** How long one lookup may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Told of a write that nobody waits for and that failed. */
  readonly onLost: () => void;
}

/**
 * Records in a JetStream KV bucket. Writes go through the pipelined publisher, which costs a fraction of a KV client's
 * request per write; reads are rare (only repeats and lookups) and ask the bucket's stream directly.
 */
export class KvRecordBucket implements RecordBucket {
  #manager: { readonly of: unknown; readonly made: Promise<JetStreamManager> } | undefined;

  constructor(
    private readonly link: NatsLink,
    private readonly publisher: AckedPublisher,
    private readonly options: KvRecordBucketOptions,
  ) {}

  async create(key: string, value: string): Promise<'created' | 'exists' | 'unavailable'> {
    const result = await this.publisher.publish(this.#subject(key), value, {
      expectLastSubjectSequence: 0,
    });
    if (result.ok) return 'created';
    return result.reason === 'wrong_sequence' ? 'exists' : 'unavailable';
  }

  createSoon(key: string, value: string): boolean {
    if (!this.publisher.hasRoom) return false;
    void this.create(key, value).then((outcome) => {
      if (outcome === 'unavailable') this.options.onLost();
    });
    return true;
  }

  get(key: string): Promise<BucketAnswer> {
    return this.#lastOf(this.#subject(key));
  }

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
      this.#manager = {
        of: connection,
        made: jetstreamManager(connection, { timeout, checkAPI: false }),
      };
    }
    return this.#manager.made;
  }

  #subject(key: string): string {
    return `$KV.${this.options.bucket}.${key}`;
  }
}
