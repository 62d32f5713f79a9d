import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';

/** The KV bucket that a {@link BucketMirror} follows: what of it matters, and what it is made like where it is missing. */
export interface MirroredBucket {
  readonly name: string;
  /** Versions kept per key, 1..64. */
  readonly history: number;
  readonly storage: 'file' | 'memory';
  /** Copies in the cluster, 1..5. */
  readonly replicas: number;
  /** Age at which the server forgets an entry, in milliseconds. 0 = never. */
  readonly ttlMs: number;
  /** Upper limit of the bucket, in bytes. -1 = only the server's own limit. */
  readonly maxBytes: number;
  /** What happens at `maxBytes`: new entries are refused, or the oldest go. */
  readonly atLimit: 'refuse-new' | 'drop-oldest';
}

/** Where a bucket is configurable: the rest of it is the store's own business. */
export interface BucketStorageOptions {
  /** Default `file`: survives a restart of the server. */
  readonly storage?: 'file' | 'memory';
  /** Copies in the cluster, 1..5. Default 1. */
  readonly replicas?: number;
  /** Upper limit of the bucket, in bytes. Default -1: only the server's own limit. */
  readonly maxBytes?: number;
}

const DUPLICATE_WINDOW_MS = 120_000;

export const streamOfBucket = (bucket: string): string => `KV_${bucket}`;
export const subjectsOfBucket = (bucket: string): string => `$KV.${bucket}.>`;
export const subjectOfKey = (bucket: string, key: string): string => `$KV.${bucket}.${key}`;

/** The stream behind a bucket, as every NATS client lays it out. */
export function streamConfigOf(spec: MirroredBucket): Partial<StreamConfig> & { name: string } {
  return {
    name: streamOfBucket(spec.name),
    subjects: [subjectsOfBucket(spec.name)],
    retention: RetentionPolicy.Limits,
    max_msgs_per_subject: spec.history,
    max_bytes: spec.maxBytes,
    max_age: nanos(spec.ttlMs),
    storage: storageOf(spec),
    num_replicas: spec.replicas,
    discard: spec.atLimit === 'refuse-new' ? DiscardPolicy.New : DiscardPolicy.Old,
    duplicate_window: nanos(
      spec.ttlMs > 0 ? Math.min(spec.ttlMs, DUPLICATE_WINDOW_MS) : DUPLICATE_WINDOW_MS,
    ),
    allow_rollup_hdrs: true,
    allow_direct: true,
  };
}

/** Why an existing stream cannot serve as the wanted bucket: one line per setting. Empty when it can. */
export function incompatibilities(want: MirroredBucket, have: StreamConfig): readonly string[] {
  const subject = subjectsOfBucket(want.name);
  const ttlMs = have.max_age / 1_000_000;
  const rules: readonly (readonly [boolean, string])[] = [
    [
      have.subjects.includes(subject),
      `subjects must include ${subject} (has ${have.subjects.join(', ')})`,
    ],
    [
      historyOf(have) >= want.history,
      `history must be at least ${want.history} (has ${historyOf(have)})`,
    ],
    [have.storage === storageOf(want), `storage must be ${want.storage} (has ${have.storage})`],
    [
      have.num_replicas >= want.replicas,
      `replicas must be at least ${want.replicas} (has ${have.num_replicas})`,
    ],
    [ttlMs === want.ttlMs, `TTL must be ${want.ttlMs} ms (has ${ttlMs} ms)`],
    [!have.sealed, 'it is sealed'],
  ];
  return rules.filter(([met]) => !met).map(([, rule]) => rule);
}

function storageOf({ storage }: MirroredBucket): StorageType {
  return storage === 'file' ? StorageType.File : StorageType.Memory;
}

function historyOf(config: StreamConfig): number {
  const { max_msgs_per_subject: kept } = config;
  return kept > 0 ? kept : Number.POSITIVE_INFINITY;
}
