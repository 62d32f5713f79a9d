/** What is known of a provider's latency and cost. */
export interface Estimate {
  /** Milliseconds. */
  readonly latencyMs: number;
  readonly cost: number;
}

/** Whether a provider's breaker lets a request through. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * The world as one decision sees it. Read-only and synchronous: what changes the world replaces what stands behind it,
 * and a decision never waits for it.
 */
export interface RoutingSnapshot {
  /** Unix time of the decision, in milliseconds. */
  readonly nowMs: number;
  /** The live sticky pin of a session, or `undefined` when there is none or it has expired. */
  pinnedProvider(tenantId: string, sessionKey: string): string | undefined;
  /** Observed latency and cost, or `undefined` when nothing was observed yet. */
  estimateOf(tenantId: string, providerId: string): Estimate | undefined;
  /** State of the breaker of a provider for a tenant; `closed` where there is none. */
  breakerOf(tenantId: string, providerId: string): BreakerState;
}

/** A snapshot that knows nothing: no pins, no observations, every breaker closed. */
export function emptySnapshot(nowMs: number): RoutingSnapshot {
  return {
    nowMs,
    pinnedProvider: () => undefined,
    estimateOf: () => undefined,
    breakerOf: () => 'closed',
  };
}
