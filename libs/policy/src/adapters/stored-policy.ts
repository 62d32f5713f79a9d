import type { BucketState } from '../core/index.js';
import type { PolicySource } from './policy-shelf.js';

/** There is no such policy. */
export interface PolicyNotFound {
  readonly ok: false;
  readonly reason: 'policy_not_found';
}

/** A policy in force. */
export interface StoredPolicy {
  readonly tenantId: string;
  readonly policyId: string;
  readonly source: PolicySource;
  /** Revision in the bucket; 0 while no bucket holds it. */
  readonly revision: number;
  /** The document as it was stored. */
  readonly document: unknown;
}

/** How a change to a policy ended. */
export type PolicyChange =
  | { readonly ok: true; readonly revision: number }
  | {
      readonly ok: false;
      readonly reason:
        'invalid_policy' | 'policy_not_found' | 'store_full' | 'conflict' | 'unavailable';
      /** One line per problem: path, value and rule. */
      readonly problems: readonly string[];
    };

/** One version of a policy. */
export interface PolicyVersion {
  readonly revision: number;
  /** Unix time, in milliseconds. */
  readonly createdAtMs: number;
  /** The text of the document, or `undefined` where the policy was deleted. */
  readonly text: string | undefined;
  /** Why this version cannot be in force; empty when it can. */
  readonly problems: readonly string[];
}

/** How the policy store stands. */
export interface PolicyStoreState {
  /** Whether the seed folder has been read. */
  readonly seeded: boolean;
  /** Whether the bucket has been read completely at least once. */
  readonly loaded: boolean;
  readonly bucket: BucketState;
  /** Why the bucket is in that state; may be empty. */
  readonly detail: string;
  readonly policies: number;
  readonly tenants: number;
  /** Problems listed. */
  readonly problems: number;
  /** Problems since the start that found no room in the list. */
  readonly unlistedProblems: number;
}
