import type { CompiledPolicy } from './compiled-policy.js';
import type { Decision } from './decision.js';
import { estimateFor, unfitnessOf } from './fitness.js';
import type { RouteRequest } from './route-request.js';
import { sessionOf } from './session.js';
import type { RoutingSnapshot } from './snapshot.js';
import { splitKey, unitOf } from './split.js';
import type { TraceSink } from './trace.js';

/** Tells of every provider of the policy: kept for the split or excluded, and why. */
export function traceCandidates(
  policy: CompiledPolicy,
  request: RouteRequest,
  snapshot: RoutingSnapshot,
  trace: TraceSink,
): void {
  const { ids, active } = policy.providers;
  const key = splitKey(policy, sessionOf(policy, request) ?? request.requestId);
  for (const [index, id] of ids.entries()) {
    const unfitness =
      index < active ? unfitnessOf(policy, request, snapshot, id) : ('zero_weight' as const);
    trace({
      stage: 'candidate',
      outcome: unfitness === undefined ? 'kept' : 'excluded',
      why: unfitness ?? 'fit',
      provider_id: id,
      details: figuresOf(policy, snapshot, index, key),
    });
  }
}

function figuresOf(
  policy: CompiledPolicy,
  snapshot: RoutingSnapshot,
  index: number,
  key: number,
): Readonly<Record<string, unknown>> {
  const { ids, weights, seeds } = policy.providers;
  const id = ids[index] ?? '';
  const weight = weights[index] ?? 0;
  const total = totalWeight(policy);
  const { latencyMs, cost } = estimateFor(policy, snapshot, id);
  return {
    weight,
    share: total > 0 ? weight / total : 0,
    ...(weight > 0 && { score: -Math.log(unitOf(key, seeds[index] ?? 0)) / weight }),
    expected_latency_ms: latencyMs,
    expected_cost: cost,
    breaker: policy.breaker ? snapshot.breakerOf(policy.tenantId, id) : 'off',
  };
}

/** Tells whom the split gave. */
export function traceDraw(
  { providers }: CompiledPolicy,
  drawn: string | undefined,
  trace: TraceSink,
): void {
  if (drawn !== undefined) {
    trace({ stage: 'split', outcome: 'chosen', why: 'lowest_score', provider_id: drawn });
  } else {
    const why = providers.active === 0 ? 'no_providers' : 'nobody_fit';
    trace({ stage: 'split', outcome: 'passed', why });
  }
}

/** Tells how the decision ended. */
export function traceResult(decision: Decision, trace: TraceSink): void {
  if (!decision.ok) {
    trace({ stage: 'result', outcome: 'passed', why: decision.reason });
    return;
  }
  const { providerId, expectedLatencyMs, expectedCost, metadata, pin } = decision;
  trace({
    stage: 'result',
    outcome: 'chosen',
    why: 'decided',
    provider_id: providerId,
    details: {
      expected_latency_ms: expectedLatencyMs,
      expected_cost: expectedCost,
      ...(metadata && { metadata }),
      ...(pin && { pinned_for_ms: pin.ttlMs }),
    },
  });
}

/** The sum of the weights of a policy. */
export function totalWeight({ providers }: CompiledPolicy): number {
  return providers.weights.reduce((sum, weight) => sum + weight, 0);
}
