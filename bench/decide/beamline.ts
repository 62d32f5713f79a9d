import {
  compilePolicy,
  type CompiledPolicy,
  decide,
  type Decision,
  explain,
  parsePolicy,
  type RouteRequest,
  type RoutingSnapshot,
} from '@beamline/policy/core';
import type { Work } from '../harness/micro.js';
import { KEYS, type WeightedProvider } from './providers.js';

/** What a policy of the bench has besides its weights. */
export interface PolicyFeatures {
  readonly sticky: boolean;
  readonly breaker: boolean;
}

function policyOf(
  providers: readonly WeightedProvider[],
  { sticky, breaker }: PolicyFeatures,
): CompiledPolicy {
  const parsed = parsePolicy({
    policy_id: 'bench',
    tenant_id: 'bench',
    providers: providers.map(({ name, weight }) => ({ name, weight: weight / 100_000 })),
    ...(sticky ? { sticky: { enabled: true, session_key: 'user_id', ttl: '10m' } } : {}),
    ...(breaker ? { circuit_breaker: { enabled: true } } : {}),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compilePolicy(parsed.policy);
}

/** A snapshot that has to look everything up, as the router's has: pins, estimates of every provider, breaker states. */
function snapshotOf(
  providers: readonly WeightedProvider[],
  pins: ReadonlyMap<string, string>,
): RoutingSnapshot {
  const estimates = new Map(
    providers.map(({ name }, i) => [name, { latencyMs: 200 + i, cost: 0.001 }]),
  );
  const breakers = new Map(providers.map(({ name }) => [name, 'closed' as const]));
  return {
    nowMs: 1_700_000_000_000,
    pinnedProvider: (_, sessionKey) => pins.get(sessionKey),
    estimateOf: (_, providerId) => estimates.get(providerId),
    breakerOf: (_, providerId) => breakers.get(providerId) ?? 'closed',
  };
}

const requests: readonly RouteRequest[] = KEYS.map((key, i) => ({
  tenantId: 'bench',
  requestId: `request-${i}`,
  messageType: 'chat.completion',
  context: { user_id: key, channel: 'web', max_latency_ms: 2_000, max_cost: 0.05 },
  constraints: { maxLatencyMs: 2_000, maxCost: 0.05 },
}));

/** Everything of one case, ready to be decided. */
export interface DecideCase {
  readonly policy: CompiledPolicy;
  readonly snapshot: RoutingSnapshot;
}

/** A case with so many providers; `pinned` sessions have all been served before. */
export function decideCase(
  providers: readonly WeightedProvider[],
  features: PolicyFeatures & { readonly pinned: boolean },
): DecideCase {
  const last = providers.at(-1)?.name ?? '';
  const pins = new Map(features.pinned ? KEYS.map((key) => [key, last]) : []);
  return { policy: policyOf(providers, features), snapshot: snapshotOf(providers, pins) };
}

const requestAt = (i: number): RouteRequest => {
  const request = requests[i % requests.length];
  if (request === undefined) throw new Error('no requests');
  return request;
};

/** Decisions that are held for a while, as a router that answers holds them: else the compiler need not make them at all. */
const held: Decision[] = [];
const HELD = 256;

function lengthOf(decision: Decision, i: number): number {
  if (!decision.ok) throw new Error(decision.reason);
  held[i % HELD] = decision;
  return decision.providerId.length;
}

/** `decide()` over different sessions. */
export const decideWork = (
  name: string,
  { policy, snapshot }: DecideCase,
): Work & {
  run(times: number): number;
} => ({
  name,
  run(times) {
    let sum = 0;
    for (let i = 0; i < times; i += 1) sum += lengthOf(decide(policy, requestAt(i), snapshot), i);
    return sum;
  },
});

/** The same decisions with their trace. */
export const explainWork = (name: string, { policy, snapshot }: DecideCase): Work => ({
  name,
  run(times) {
    let sum = 0;
    for (let i = 0; i < times; i += 1) {
      sum += JSON.stringify(explain(policy, requestAt(i), snapshot)).length;
    }
    return sum;
  },
});

const copyOf = (decision: Decision): Decision =>
  decision.ok && decision.pin !== undefined
    ? { ...decision, pin: { ...decision.pin } }
    : { ...decision };

/** Only the objects that a decision consists of, copied from decisions made before: what any decision must allocate. */
export function decisionObjects({ policy, snapshot }: DecideCase): { run(times: number): number } {
  const decisions = requests.map((request) => decide(policy, request, snapshot));
  return {
    run(times) {
      let sum = 0;
      for (let i = 0; i < times; i += 1) {
        const decision = decisions[i % decisions.length];
        if (decision !== undefined) sum += lengthOf(copyOf(decision), i);
      }
      return sum;
    },
  };
}
