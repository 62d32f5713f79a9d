/** Why a provider was chosen. Wire values of the contract. */
export type DecisionReason =
  'sticky' | 'weighted' | 'retry' | 'fallback' | 'circuit_breaker_fallback';

/** Priority that goes with each reason (contract). */
export const PRIORITY_OF_REASON: Readonly<Record<DecisionReason, number>> = {
  sticky: 100,
  weighted: 50,
  retry: 50,
  fallback: 25,
  circuit_breaker_fallback: 20,
};

/** A sticky mapping that the decision wants stored (or its expiry moved). */
export interface StickyPin {
  readonly tenantId: string;
  readonly sessionKey: string;
  readonly providerId: string;
  /** How long the pin lives from now, in milliseconds. */
  readonly ttlMs: number;
}

/** The provider that shall serve the request, and why. */
export interface Decided {
  readonly ok: true;
  readonly providerId: string;
  readonly reason: DecisionReason;
  readonly priority: number;
  readonly expectedLatencyMs: number;
  readonly expectedCost: number;
  /** Wire-ready facts of the rule that fired (`fallback_rule_id`, `retry_attempt`, …). Absent when there is nothing to say. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Absent when the policy is not sticky or the request names no session. */
  readonly pin?: StickyPin;
}

/** Nobody can serve the request. */
export interface Undecided {
  readonly ok: false;
  readonly reason: 'no_provider_available';
}

export type Decision = Decided | Undecided;
