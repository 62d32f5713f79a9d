import { BUCKETS, kvKey, kvKeyParts } from '@beamline/contracts/core';
import type { BucketStorageOptions, MirroredBucket } from '@beamline/jetstream';

/** Where the bucket of overload control is, and what it is made like where it is missing. */
export interface BackpressureBucketOptions {
  /** Default `beamline_backpressure`. */
  readonly bucket?: string;
  /** Its storage, copies and limit. Default: file, 1, the server's own. */
  readonly storage?: BucketStorageOptions;
  /** How often the bucket is compared with what is known of it, in milliseconds. Default 1 000. */
  readonly auditEveryMs?: number;
}

/** How long after an interruption the reading goes on where it ended, in milliseconds. */
export const RESUME_WITHIN_MS = 600_000;

/** Versions kept per key, so that the last good settings can be found again behind bad ones. */
const HISTORY = 16;

/** The one bucket of settings and of what is known of the past. */
export function backpressureBucket({ bucket, storage }: BackpressureBucketOptions): MirroredBucket {
  return {
    name: bucket ?? BUCKETS.backpressure,
    history: HISTORY,
    storage: storage?.storage ?? 'file',
    replicas: storage?.replicas ?? 1,
    maxBytes: storage?.maxBytes ?? -1,
    ttlMs: 0,
    atLimit: 'refuse-new',
  };
}

/** Key of what the bucket holds of a kind for a subject. */
export function keyOf(kind: 'settings' | 'status', subject: string): string {
  return `${kind}.${kvKey(subject)}`;
}

/** The subject of a key; `undefined` when it is of another kind, or not one of ours. */
export function subjectOf(kind: 'settings' | 'status', key: string): string | undefined {
  if (!key.startsWith(`${kind}.`)) return undefined;
  const [subject, ...more] = kvKeyParts(key.slice(kind.length + 1)) ?? [];
  return more.length > 0 ? undefined : subject;
}
