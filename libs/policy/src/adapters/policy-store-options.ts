import { BUCKETS } from '@beamline/contracts/core';
import { ignoreEvents, type Observer } from '@beamline/kernel';
import type { PolicyEvent } from '../core/index.js';
import type { BucketStorageOptions, MirroredBucket } from '@beamline/jetstream';

/** Settings of the policy store. */
export interface PolicyStoreOptions {
  /** Folder of JSON files whose policies are created where they never existed. Default: none. */
  readonly seedDir?: string;
  /** Whether a tenant without a policy `default` gets the built-in one. Default true. */
  readonly builtinDefault?: boolean;
  /** Policies kept at most, 1 or more. A further one is reported, not taken. Default 100 000. */
  readonly maxPolicies?: number;
  /** Policies kept compiled at most, 1 or more; others are compiled when asked for. Default 10 000. */
  readonly maxCompiled?: number;
  /** Largest document, in bytes, 1 or more. Default 262 144. */
  readonly maxDocumentBytes?: number;
  /** Problems listed at most, 1 or more; further ones are only counted. Default 1 000. */
  readonly maxProblems?: number;
  /** Name of the KV bucket. Default `beamline_policies`. */
  readonly bucket?: string;
  /** Where the bucket is created: its storage, copies and limit. Default: file, 1, the server's own. */
  readonly storage?: BucketStorageOptions;
  /** How often the store compares itself with the bucket, in milliseconds, 100 or more. Default 1 000. */
  readonly auditEveryMs?: number;
  /** Told of every fact. Default: nobody. */
  readonly observe?: Observer<PolicyEvent>;
}

export type ResolvedPolicyStoreOptions = Required<Omit<PolicyStoreOptions, 'seedDir'>> & {
  readonly seedDir: string | undefined;
};

const DEFAULTS = {
  seedDir: undefined,
  builtinDefault: true,
  maxPolicies: 100_000,
  maxCompiled: 10_000,
  maxDocumentBytes: 262_144,
  maxProblems: 1_000,
  bucket: BUCKETS.policies,
  storage: {},
  auditEveryMs: 1_000,
  observe: ignoreEvents,
} as const;

/** Versions kept per policy: the most a KV bucket can keep. */
const HISTORY = 64;

/** Fills in defaults. @throws RangeError naming the option, its value and its range. */
export function resolvePolicyStoreOptions(options: PolicyStoreOptions): ResolvedPolicyStoreOptions {
  const resolved = { ...DEFAULTS, ...options };
  assertAtLeast('policyStore.maxPolicies', resolved.maxPolicies, 1);
  assertAtLeast('policyStore.maxCompiled', resolved.maxCompiled, 1);
  assertAtLeast('policyStore.maxDocumentBytes', resolved.maxDocumentBytes, 1);
  assertAtLeast('policyStore.maxProblems', resolved.maxProblems, 1);
  assertAtLeast('policyStore.auditEveryMs', resolved.auditEveryMs, 100);
  return resolved;
}

/** @throws RangeError naming the option, its value and its range. */
export function assertAtLeast(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be an integer of at least ${least} (got ${value})`);
  }
}

export function policyBucketSpec({ bucket, storage }: ResolvedPolicyStoreOptions): MirroredBucket {
  return {
    name: bucket,
    history: HISTORY,
    storage: storage.storage ?? 'file',
    replicas: storage.replicas ?? 1,
    maxBytes: storage.maxBytes ?? -1,
    ttlMs: 0,
    atLimit: 'refuse-new',
  };
}
