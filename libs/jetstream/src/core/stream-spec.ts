/** What is wanted of a stream. Sizes in bytes, times in milliseconds; absent means unlimited. */
export interface StreamSpec {
  readonly name: string;
  readonly subjects: readonly string[];
  /** Default `limits`. `workqueue` forgets a message once it is acknowledged. */
  readonly retention?: 'limits' | 'interest' | 'workqueue';
  /** Default `file`. A memory stream is gone with its server. */
  readonly storage?: 'file' | 'memory';
  /** Default 1. */
  readonly replicas?: number;
  readonly maxAgeMs?: number;
  readonly maxBytes?: number;
  readonly maxMessages?: number;
  readonly maxMessageSizeBytes?: number;
  /** At a full stream: drop the oldest message, or refuse the new one. Default `old`. */
  readonly discard?: 'old' | 'new';
  /** How long a repeated `Nats-Msg-Id` is recognised. Default 120 000. */
  readonly duplicateWindowMs?: number;
}

/** What is wanted of a durable pull consumer with explicit acknowledgements. */
export interface ConsumerSpec {
  readonly stream: string;
  readonly durable: string;
  /** Default: everything in the stream. One subject only: several need a 2.10 server. */
  readonly filterSubject?: string;
  /** How long a delivery may stay unsettled before the server repeats it, in milliseconds. Default 30 000. */
  readonly ackWaitMs?: number;
  /** Unsettled deliveries at most, over all replicas; at the bound the server delivers no more. Default 1 000. */
  readonly maxAckPending?: number;
  /**
   * Deliveries the server allows. Default unlimited, so that the redelivery rule of the application alone gives a
   * message up: at a limit of its own the server just stops, and the message would lie in the stream unseen.
   */
  readonly maxDeliver?: number;
}

/** What is wanted of a key-value bucket. */
export interface BucketSpec {
  readonly bucket: string;
  /** Values kept per key, 1 to 64. Default 1. */
  readonly history?: number;
  /** How long a value lives, in milliseconds. Default: for ever. */
  readonly ttlMs?: number;
  /** Default `file`. */
  readonly storage?: 'file' | 'memory';
  /** Default 1. */
  readonly replicas?: number;
  readonly maxBytes?: number;
  readonly maxValueSizeBytes?: number;
  /** Values kept in all. Default unlimited. */
  readonly maxEntries?: number;
  /** At a full bucket: refuse the new value, or drop the oldest. Default `refuse-new`, as every NATS client makes buckets. */
  readonly atLimit?: 'refuse-new' | 'drop-oldest';
}

/** Everything an app wants to exist. */
export interface ProvisionSpecs {
  readonly streams?: readonly StreamSpec[];
  readonly consumers?: readonly ConsumerSpec[];
  readonly buckets?: readonly BucketSpec[];
}
