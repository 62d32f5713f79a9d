/** A value a condition can compare with. */
export type Scalar = string | number | boolean | null;

/** Comparison of a condition. */
export type ConditionOperator = '==' | '!=' | '>' | '<' | '>=' | '<=' | 'in';

/** One side of a comparison: a value of the request, a literal, or a list of literals. */
export type Operand =
  { readonly var: string } | { readonly value: Scalar } | { readonly values: readonly Scalar[] };

/** One comparison. */
export interface Clause {
  readonly op: ConditionOperator;
  readonly left: Operand;
  readonly right: Operand;
}

/** Comparisons that must all hold. The empty condition always holds. */
export type Condition = readonly Clause[];

/** A provider and its part of the traffic. */
export interface PolicyProvider {
  readonly id: string;
  /** Fraction 0..1. What counts is its proportion to the sum of all weights. 0 takes the provider out of the split. */
  readonly weight: number;
  readonly priority?: number;
  /** Estimate until something was observed, in milliseconds. */
  readonly expectedLatencyMs?: number;
  /** Estimate until something was observed. */
  readonly expectedCost?: number;
}

/** How long to wait before a retry. */
export interface Backoff {
  readonly strategy: 'exponential' | 'linear' | 'fixed';
  /** Milliseconds. Default 100. */
  readonly baseMs: number;
  /** Upper limit, in milliseconds. Default 5 000. */
  readonly maxMs: number;
  /** Adds up to 10 %. Default true. */
  readonly jitter: boolean;
}

/** What to do after a failed attempt that `when` describes. */
export interface FallbackRule {
  readonly when: Condition;
  /** Attempts on the same provider before `to`, 0..10. Default 1. */
  readonly retry: number;
  /** Where to go then. A rule without it can only retry. */
  readonly to?: string;
  readonly backoff: Backoff;
}

/** The older form of a fallback: one provider for the last resort. */
export interface LegacyFallback {
  readonly provider: string;
  /** Values of `status` on which it applies as a rule. Default `all_providers_failed`. */
  readonly conditions: readonly string[];
}

/** Keeps a session on its provider. */
export interface StickySettings {
  readonly enabled: boolean;
  /** Name of the context key that identifies the session. Default `session_id`. */
  readonly sessionKey: string;
  /** How long a pin lives after its last use, in milliseconds. Default 3 600 000. */
  readonly ttlMs: number;
}

/** A step of the pipeline that changes a request (`pre`) or a decision (`post`). */
export interface Processor {
  readonly id: string;
  /** Default `optional`: a failure is logged and the pipeline goes on. */
  readonly mode: 'required' | 'optional';
  readonly config: Readonly<Record<string, unknown>>;
  readonly when: Condition;
}

/** A step of the pipeline that may refuse a request. */
export interface Validator {
  readonly id: string;
  /** Default `block`. */
  readonly onFail: 'block' | 'warn' | 'ignore';
  readonly config: Readonly<Record<string, unknown>>;
  readonly when: Condition;
}

/** The extensions of a policy, in their order. At most 5 of a kind and 10 in all. */
export interface Pipeline {
  readonly pre: readonly Processor[];
  readonly validators: readonly Validator[];
  readonly post: readonly Processor[];
}

/** When a provider is taken out of service, and how it comes back. */
export interface BreakerSettings {
  /** Consecutive failures that open it. Default 5. */
  readonly failureThreshold: number;
  /** Successes that close it again. Default 2. */
  readonly successThreshold: number;
  /** How long it stays open, in milliseconds. Default 60 000. */
  readonly timeoutMs: number;
  /** Trial calls at a time while half open. Default 3. */
  readonly halfOpenMaxCalls: number;
  /** Share of failures (0..1) that opens it. Default 0.5. */
  readonly errorRateThreshold: number;
  /** Seconds over which that share is taken. Default 60. */
  readonly errorRateWindowSeconds: number;
  /** Latency that opens it, in milliseconds; 0 is off. Default 5 000. */
  readonly latencyThresholdMs: number;
}

/** Token bucket of a policy. */
export interface RateLimitSettings {
  /** 1..1 000 000. Default 100. */
  readonly requestsPerSecond: number;
  /** 1..1 000 000. Default 50. */
  readonly burst: number;
}

/** A policy in its one canonical form, whatever spelling it was written in. */
export interface PolicyDocument {
  readonly tenantId: string;
  readonly policyId: string;
  readonly version: string;
  readonly providers: readonly PolicyProvider[];
  readonly fallbacks: readonly FallbackRule[];
  readonly legacyFallback?: LegacyFallback;
  readonly sticky?: StickySettings;
  readonly pipeline: Pipeline;
  /** Absent when off. */
  readonly breaker?: BreakerSettings;
  /** Absent when off. */
  readonly rateLimit?: RateLimitSettings;
  readonly metadata: Readonly<Record<string, unknown>>;
}
