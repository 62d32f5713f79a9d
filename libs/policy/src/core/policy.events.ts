import type { BucketState } from '@beamline/jetstream/core';

/** Facts of the policy store and the sticky store. */
export type PolicyEvent =
  | {
      readonly type: 'policy-loaded';
      readonly tenantId: string;
      readonly policyId: string;
      readonly source: 'seed' | 'kv' | 'builtin';
      readonly durationMs: number;
    }
  | { readonly type: 'policy-removed'; readonly tenantId: string; readonly policyId: string }
  | {
      readonly type: 'policy-rejected';
      readonly tenantId: string;
      readonly policyId: string;
      readonly source: 'seed' | 'kv';
      /** One line per problem: path, value and rule. */
      readonly problems: readonly string[];
    }
  | { readonly type: 'policy-store-size'; readonly policies: number; readonly tenants: number }
  | { readonly type: 'policy-lookup'; readonly hit: boolean; readonly tenantId: string }
  | { readonly type: 'sticky-lookup'; readonly hit: boolean; readonly tenantId: string }
  | { readonly type: 'sticky-store-size'; readonly pins: number }
  | {
      readonly type: 'sticky-write-failed';
      readonly reason: 'queue-full' | 'publish-failed';
    }
  | {
      readonly type: 'bucket-state-changed';
      readonly bucket: 'policies' | 'sticky';
      readonly state: BucketState;
      /** Why, for people: the incompatible setting, the error of the server. Empty when there is nothing to say. */
      readonly detail: string;
    };
