import type { CompiledPolicy } from './compiled-policy.js';
import type { RouteRequest } from './route-request.js';
import type { Estimate, RoutingSnapshot } from './snapshot.js';

/** What is expected of a provider of which nothing is known. */
export const DEFAULT_ESTIMATE: Estimate = { latencyMs: 500, cost: 0.01 };

/** Why a provider may not serve a request. */
export type Unfitness =
  'zero_weight' | 'circuit_breaker_open' | 'max_latency_exceeded' | 'max_cost_exceeded';

/** What is expected of a provider: observed, else declared by the policy, else the default. */
export function estimateFor(
  policy: CompiledPolicy,
  snapshot: RoutingSnapshot,
  providerId: string,
): Estimate {
  const observed = snapshot.estimateOf(policy.tenantId, providerId);
  if (observed !== undefined) return observed;
  return policy.providers.declared?.get(providerId) ?? DEFAULT_ESTIMATE;
}

/** Why a provider may not serve the request now, or `undefined` when it may. */
export function unfitnessOf(
  policy: CompiledPolicy,
  request: RouteRequest,
  snapshot: RoutingSnapshot,
  providerId: string,
): Unfitness | undefined {
  if (isOpen(policy, snapshot, providerId)) return 'circuit_breaker_open';
  const { maxLatencyMs, maxCost } = request.constraints;
  if (maxLatencyMs === undefined && maxCost === undefined) return undefined;
  const { latencyMs, cost } = estimateFor(policy, snapshot, providerId);
  if (maxLatencyMs !== undefined && latencyMs > maxLatencyMs) return 'max_latency_exceeded';
  if (maxCost !== undefined && cost > maxCost) return 'max_cost_exceeded';
  return undefined;
}

/** Whether the breaker of a provider is open. A policy that has no breaker does not ask. */
export function isOpen(
  policy: CompiledPolicy,
  snapshot: RoutingSnapshot,
  providerId: string,
): boolean {
  return policy.breaker !== undefined && snapshot.breakerOf(policy.tenantId, providerId) === 'open';
}
