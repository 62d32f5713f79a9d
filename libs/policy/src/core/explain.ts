import type { CompiledPolicy } from './compiled-policy.js';
import { decide } from './decide.js';
import type { DecisionReason } from './decision.js';
import type { RouteRequest } from './route-request.js';
import type { RoutingSnapshot } from './snapshot.js';
import type { TraceStep } from './trace.js';

/** How much an explanation tells. */
export const EXPLAIN_LEVELS = ['minimal', 'detailed', 'verbose'] as const;

/** `minimal`: the decision. `detailed`: and every station, every candidate and the context. `verbose`: and the numbers. */
export type ExplainLevel = (typeof EXPLAIN_LEVELS)[number];

/** A decision with its reasons, in wire form. */
export interface Explanation {
  readonly reason: DecisionReason | 'no_provider_available';
  /** `null` when nobody can serve. */
  readonly provider_id: string | null;
  readonly policy_id: string;
  readonly policy_version: string;
  /** 0 when nobody can serve. */
  readonly priority: number;
  readonly steps?: readonly TraceStep[];
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Makes the decision that {@link decide} makes, with the same function, and tells why. */
export function explain(
  policy: CompiledPolicy,
  request: RouteRequest,
  snapshot: RoutingSnapshot,
  level: ExplainLevel = 'detailed',
): Explanation {
  const steps: TraceStep[] = [];
  const decision = decide(policy, request, snapshot, (step) => {
    steps.push(level === 'verbose' ? step : withoutDetails(step));
  });
  const explanation: Explanation = {
    reason: decision.reason,
    provider_id: decision.ok ? decision.providerId : null,
    policy_id: policy.policyId,
    policy_version: policy.version,
    priority: decision.ok ? decision.priority : 0,
  };
  return level === 'minimal' ? explanation : { ...explanation, steps, context: request.context };
}

function withoutDetails({ details: _details, ...step }: TraceStep): TraceStep {
  return step;
}
