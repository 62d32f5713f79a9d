import type { CompiledPolicy } from './compiled-policy.js';
import { unfitnessOf } from './fitness.js';
import type { RoutingSnapshot } from './snapshot.js';
import { totalWeight } from './trace-split.js';

/** What a policy can choose from at the moment, in wire form. */
export interface SelectionStatus {
  readonly tenant_id: string;
  readonly policy_id: string;
  readonly provider_count: number;
  /** Providers with a weight whose breaker is not open. */
  readonly available_providers_count: number;
  readonly total_weight: number;
  readonly sticky_enabled: boolean;
}

/** Sums up what a policy can choose from, whatever the request. */
export function selectionStatus(
  policy: CompiledPolicy,
  snapshot: RoutingSnapshot,
): SelectionStatus {
  const { ids, active } = policy.providers;
  const { tenantId, policyId } = policy;
  const request = { tenantId, requestId: '', messageType: '', context: {}, constraints: {} };
  const available = ids
    .slice(0, active)
    .filter((id) => unfitnessOf(policy, request, snapshot, id) === undefined);
  return {
    tenant_id: tenantId,
    policy_id: policyId,
    provider_count: ids.length,
    available_providers_count: available.length,
    total_weight: totalWeight(policy),
    sticky_enabled: policy.stickyTtlMs > 0,
  };
}
