import { BUCKETS } from '@beamline/contracts/core';
import { type Clock, ignoreEvents, type Observer, wallClock } from '@beamline/kernel';
import type { PolicyEvent } from '../core/index.js';
import type { BucketStorageOptions, MirroredBucket } from '@beamline/jetstream';
import { assertAtLeast } from './policy-store-options.js';

/** Settings of the sticky store. */
export interface StickyStoreOptions {
  /** Whether sessions are pinned at all. Default true; when false the store knows and does nothing. */
  readonly enabled?: boolean;
  /** Pins kept in memory, 1 or more; at the cap the one not used for the longest time goes. Default 100 000. */
  readonly maxPins?: number;
  /** Writes that may wait for NATS, 1 or more; a further one is dropped and counted. Default 10 000. */
  readonly maxQueuedWrites?: number;
  /** How long writes are gathered before they go out together, in milliseconds, 1 or more. Default 20. */
  readonly flushEveryMs?: number;
  /** How long writes may still take when the store is stopped, in milliseconds, 0 or more. Default 2 000. */
  readonly stopWithinMs?: number;
  /** Name of the KV bucket. Default `beamline_sticky`. */
  readonly bucket?: string;
  /**
   * Age at which the bucket forgets a pin, in milliseconds, 1 000 or more. Default 86 400 000: the longest TTL that a
   * policy can ask for.
   */
  readonly bucketTtlMs?: number;
  /** Where the bucket is created. Default: file, 1 copy, 64 MiB; at the limit the oldest pins go. */
  readonly storage?: BucketStorageOptions;
  /** How often the store compares itself with the bucket, in milliseconds, 100 or more. Default 1 000. */
  readonly auditEveryMs?: number;
  /** Unix time. Default: the wall clock. */
  readonly clock?: Clock;
  /** Told of every fact. Default: nobody. */
  readonly observe?: Observer<PolicyEvent>;
}

const DEFAULTS = {
  enabled: true,
  maxPins: 100_000,
  maxQueuedWrites: 10_000,
  flushEveryMs: 20,
  stopWithinMs: 2_000,
  bucket: BUCKETS.sticky,
  bucketTtlMs: 86_400_000,
  storage: {},
  auditEveryMs: 1_000,
  clock: wallClock,
  observe: ignoreEvents,
} as const;
const DEFAULT_MAX_BYTES = 64 * 1_048_576;

/** Fills in defaults. @throws RangeError naming the option, its value and its range. */
export function resolveStickyStoreOptions(
  options: StickyStoreOptions,
): Required<StickyStoreOptions> {
  const resolved = { ...DEFAULTS, ...options };
  assertAtLeast('stickyStore.maxPins', resolved.maxPins, 1);
  assertAtLeast('stickyStore.maxQueuedWrites', resolved.maxQueuedWrites, 1);
  assertAtLeast('stickyStore.flushEveryMs', resolved.flushEveryMs, 1);
  assertAtLeast('stickyStore.stopWithinMs', resolved.stopWithinMs, 0);
  assertAtLeast('stickyStore.bucketTtlMs', resolved.bucketTtlMs, 1_000);
  assertAtLeast('stickyStore.auditEveryMs', resolved.auditEveryMs, 100);
  return resolved;
}

export function stickyBucketSpec(options: Required<StickyStoreOptions>): MirroredBucket {
  const { bucket, storage, bucketTtlMs } = options;
  return {
    name: bucket,
    history: 1,
    storage: storage.storage ?? 'file',
    replicas: storage.replicas ?? 1,
    maxBytes: storage.maxBytes ?? DEFAULT_MAX_BYTES,
    ttlMs: bucketTtlMs,
    atLimit: 'drop-oldest',
  };
}
