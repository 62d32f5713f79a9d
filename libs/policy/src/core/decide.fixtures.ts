import {
  compilePolicy,
  decide,
  type Decision,
  emptySnapshot,
  parsePolicy,
  type RouteRequest,
  type RoutingSnapshot,
} from './index.js';

/** What a test says of the world; the rest is calm. */
interface World {
  pins?: Record<string, string>;
  estimates?: Record<string, { latencyMs: number; cost: number }>;
  breakers?: Record<string, 'closed' | 'open' | 'half-open'>;
}

/** A snapshot of that world. */
export function aSnapshot({ pins = {}, estimates = {}, breakers = {} }: World): RoutingSnapshot {
  return {
    ...emptySnapshot(0),
    pinnedProvider: (_tenant, session) => pins[session],
    estimateOf: (_tenant, provider) => estimates[provider],
    breakerOf: (_tenant, provider) => breakers[provider] ?? 'closed',
  };
}

/** What is decided under a policy document, of tenant `t` and with id `p` unless it says otherwise. */
export function decided(
  document: object,
  request: Partial<RouteRequest> = {},
  snapshot = emptySnapshot(0),
): Decision {
  const result = parsePolicy({ tenant_id: 't', policy_id: 'p', ...document });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const asked = { tenantId: 't', requestId: 'r-1', messageType: '', context: {}, constraints: {} };
  return decide(compilePolicy(result.policy), { ...asked, ...request }, snapshot);
}

/** The chosen provider. */
export function providerOf(decision: Decision): string | undefined {
  return decision.ok ? decision.providerId : undefined;
}

/** What a decision says of the rule behind it. */
export function metadataOf(decision: Decision): Readonly<Record<string, unknown>> {
  return (decision.ok && decision.metadata) || {};
}
