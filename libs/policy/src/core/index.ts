// Reading policies
export { parsePolicy, parsePolicyJson, readPolicy } from './parse-policy.js';
export { describeProblem } from './policy-problem.js';
export { builtinPolicyFor } from './builtin-policy.js';

// Deciding
export { compilePolicy } from './compile-policy.js';
export type { CompiledPolicy } from './compiled-policy.js';
export { decide } from './decide.js';
export type { Decided, Decision, DecisionReason, StickyPin } from './decision.js';
export type { RouteRequest } from './route-request.js';
export {
  emptySnapshot,
  type BreakerState,
  type Estimate,
  type RoutingSnapshot,
} from './snapshot.js';

// Explaining
export { EXPLAIN_LEVELS, explain, type ExplainLevel, type Explanation } from './explain.js';
export type { TraceStep } from './trace.js';
export { pipelineComplexity } from './pipeline-complexity.js';
export { selectionStatus } from './selection-status.js';

// Observing
export type { DecideEvent, Door } from './decide.events.js';
export type { PolicyEvent } from './policy.events.js';
export type { BucketState } from '@beamline/jetstream/core';
