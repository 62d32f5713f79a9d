// Reading policies
export type {
  Backoff,
  BreakerSettings,
  Clause,
  Condition,
  FallbackRule,
  LegacyFallback,
  Pipeline,
  PolicyDocument,
  PolicyProvider,
  Processor,
  RateLimitSettings,
  StickySettings,
  Validator,
} from './policy-document.js';
export {
  parsePolicy,
  parsePolicyJson,
  readPolicy,
  type ParsedPolicy,
  type PolicyPlace,
} from './parse-policy.js';
export { describeProblem, type PolicyProblem } from './policy-problem.js';
export { BUILTIN_DEFAULT_POLICY, builtinPolicyFor } from './builtin-policy.js';

// Deciding
export { compilePolicy } from './compile-policy.js';
export type {
  CompiledExtension,
  CompiledPipeline,
  CompiledPolicy,
  CompiledRule,
} from './compiled-policy.js';
export { decide } from './decide.js';
export {
  PRIORITY_OF_REASON,
  type Decided,
  type Decision,
  type DecisionReason,
  type StickyPin,
  type Undecided,
} from './decision.js';
export type { RouteConstraints, RouteRequest } from './route-request.js';
export {
  emptySnapshot,
  type BreakerState,
  type Estimate,
  type RoutingSnapshot,
} from './snapshot.js';

// Explaining
export { EXPLAIN_LEVELS, explain, type ExplainLevel, type Explanation } from './explain.js';
export type { TraceSink, TraceStep } from './trace.js';
export { pipelineComplexity, type PipelineComplexity } from './pipeline-complexity.js';
export { selectionStatus, type SelectionStatus } from './selection-status.js';
export { compileCondition } from './condition.js';
export { readCondition } from './read-condition.js';

// Observing
export type { DecideEvent, Door } from './decide.events.js';
export type { BucketState, PolicyEvent } from './policy.events.js';
