import {
  type Decided,
  type DecisionReason,
  PRIORITY_OF_REASON,
  type StickyPin,
} from './decision.js';
import type { Estimate } from './snapshot.js';

/** A decision for a provider. */
export function served(
  providerId: string,
  reason: DecisionReason,
  { latencyMs, cost }: Estimate,
  pin: StickyPin | undefined,
): Decided {
  const priority = PRIORITY_OF_REASON[reason];
  const expectedLatencyMs = Math.round(latencyMs);
  // Both literals in full: a spread would allocate once more, on the hot path.
  return pin === undefined
    ? { ok: true, providerId, reason, priority, expectedLatencyMs, expectedCost: cost }
    : { ok: true, providerId, reason, priority, expectedLatencyMs, expectedCost: cost, pin };
}
