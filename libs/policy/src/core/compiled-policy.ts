import type { Test } from './condition.js';
import type { Backoff, BreakerSettings, RateLimitSettings } from './policy-document.js';
import type { Estimate } from './snapshot.js';

/** The providers of a policy, heaviest first. Lists of equal length, one place per provider. */
export interface ProviderTable {
  readonly ids: readonly string[];
  readonly weights: readonly number[];
  /** Hashes of the ids. */
  readonly seeds: readonly number[];
  /** How many have a weight above 0; they come first. */
  readonly active: number;
  /** Estimates of the policy's author, completed by the defaults; absent when there are none. */
  readonly declared?: ReadonlyMap<string, Estimate>;
}

/** A fallback rule, ready to run. */
export interface CompiledRule {
  /** Eight hex digits, the same wherever the same rule stands. `retry_attempts_<id>` in the context counts attempts. */
  readonly id: string;
  readonly matches: Test;
  readonly retry: number;
  readonly to: string | undefined;
  readonly backoff: Backoff;
}

/** An extension of the pipeline, ready to run. */
export interface CompiledExtension {
  readonly kind: 'pre' | 'validator' | 'post';
  readonly id: string;
  /** What a failure means. */
  readonly onFailure: 'block' | 'warn' | 'ignore';
  readonly config: Readonly<Record<string, unknown>>;
  readonly applies: Test;
}

/** The extensions of a policy in their order. */
export interface CompiledPipeline {
  readonly pre: readonly CompiledExtension[];
  readonly validators: readonly CompiledExtension[];
  readonly post: readonly CompiledExtension[];
}

/** A policy ready to decide. Immutable; what equals in several policies is shared between them. */
export interface CompiledPolicy {
  readonly tenantId: string;
  readonly policyId: string;
  readonly version: string;
  /** Makes two policies split the same keys independently of each other. */
  readonly splitSeed: number;
  readonly providers: ProviderTable;
  /** Includes the legacy fallback, as the last rule. */
  readonly rules: readonly CompiledRule[];
  /** Who serves when nobody else can. */
  readonly lastResort: string | undefined;
  /** Context key that identifies a session. */
  readonly sessionKey: string;
  /** Lifetime of a sticky pin, in milliseconds; 0 when the policy is not sticky. */
  readonly stickyTtlMs: number;
  /** `undefined` when off. */
  readonly breaker: BreakerSettings | undefined;
  /** `undefined` when off. */
  readonly rateLimit: RateLimitSettings | undefined;
  /** `undefined` when there are no extensions. */
  readonly pipeline: CompiledPipeline | undefined;
}
