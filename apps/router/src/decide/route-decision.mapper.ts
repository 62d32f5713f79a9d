import type { RouteDecision } from '@beamline/contracts';
import type { WireDecision } from '@beamline/contracts/core';

/** A decision as the protobuf message. Its metadata map holds text only: other values travel as JSON. */
export function toRouteDecision(decision: WireDecision): RouteDecision {
  return {
    provider_id: decision.provider_id,
    reason: decision.reason,
    priority: decision.priority,
    expected_latency_ms: Math.round(decision.expected_latency_ms),
    expected_cost: decision.expected_cost,
    ...(decision.metadata ? { metadata: toTextMap(decision.metadata) } : {}),
  };
}

function toTextMap(metadata: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
