import type { BucketSpec, StreamSpec } from './stream-spec.js';

/** The part of a stream's configuration that is planned, in the words and units of the server's API. */
export interface StreamConfigPart {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly retention: 'limits' | 'interest' | 'workqueue';
  readonly storage: 'file' | 'memory';
  readonly num_replicas: number;
  /** Nanoseconds, 0 for no limit. */
  readonly max_age: number;
  readonly max_bytes: number;
  readonly max_msgs: number;
  readonly max_msg_size: number;
  readonly max_msgs_per_subject: number;
  readonly discard: 'old' | 'new';
  /** Nanoseconds. */
  readonly duplicate_window: number;
  readonly allow_rollup_hdrs: boolean;
  readonly deny_delete: boolean;
  readonly allow_direct: boolean;
}

const NANOS_PER_MS = 1_000_000;
const DEFAULT_DUPLICATE_WINDOW_MS = 120_000;

/** The configuration a stream is created with. */
export function streamConfigOf(spec: StreamSpec): StreamConfigPart {
  const maxAgeMs = spec.maxAgeMs ?? 0;
  return {
    name: spec.name,
    subjects: spec.subjects,
    retention: spec.retention ?? 'limits',
    storage: spec.storage ?? 'file',
    num_replicas: spec.replicas ?? 1,
    max_age: maxAgeMs * NANOS_PER_MS,
    max_bytes: spec.maxBytes ?? -1,
    max_msgs: spec.maxMessages ?? -1,
    max_msg_size: spec.maxMessageSizeBytes ?? -1,
    max_msgs_per_subject: -1,
    discard: spec.discard ?? 'old',
    duplicate_window: duplicateWindow(spec.duplicateWindowMs, maxAgeMs),
    allow_rollup_hdrs: false,
    deny_delete: false,
    allow_direct: false,
  };
}

/** The configuration of the stream behind a bucket, as every NATS client makes it. */
export function bucketConfigOf(spec: BucketSpec): StreamConfigPart {
  const ttlMs = spec.ttlMs ?? 0;
  return {
    name: `KV_${spec.bucket}`,
    subjects: [`$KV.${spec.bucket}.>`],
    retention: 'limits',
    storage: spec.storage ?? 'file',
    num_replicas: spec.replicas ?? 1,
    max_age: ttlMs * NANOS_PER_MS,
    max_bytes: spec.maxBytes ?? -1,
    max_msgs: spec.maxEntries ?? -1,
    max_msg_size: spec.maxValueSizeBytes ?? -1,
    max_msgs_per_subject: spec.history ?? 1,
    discard: spec.atLimit === 'drop-oldest' ? 'old' : 'new',
    duplicate_window: duplicateWindow(undefined, ttlMs),
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: true,
  };
}

/** The server refuses a window longer than the messages live. */
function duplicateWindow(wantedMs: number | undefined, maxAgeMs: number): number {
  const windowMs = wantedMs ?? DEFAULT_DUPLICATE_WINDOW_MS;
  return (maxAgeMs > 0 ? Math.min(windowMs, maxAgeMs) : windowMs) * NANOS_PER_MS;
}
