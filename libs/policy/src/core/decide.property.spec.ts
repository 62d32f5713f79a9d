import fc from 'fast-check';
import {
  compilePolicy,
  type CompiledPolicy,
  decide,
  explain,
  type BreakerState,
  parsePolicy,
  type RouteRequest,
  type RoutingSnapshot,
  type TraceStep,
} from './index.js';

const IDS = ['a', 'b', 'c', 'd'];
const STATUSES = ['timeout', '5xx', '503', 'rate_limited', 'all_providers_failed'];

it('the same question gets the same answer', () => {
  fc.assert(
    fc.property(aPolicy(), aRequest(), aWorld(), (policy, request, world) => {
      const again = structuredClone(request);

      expect(decide(policy, again, aSnapshot(world))).toEqual(
        decide(policy, request, aSnapshot(world)),
      );
    }),
  );
});

it('an explanation tells of the decision that is made, at every level', () => {
  fc.assert(
    fc.property(aPolicy(), aRequest(), aWorld(), aLevel(), (policy, request, world, level) => {
      const snapshot = aSnapshot(world);
      const decision = decide(policy, request, snapshot);
      const explanation = explain(policy, request, snapshot, level);

      expect(explanation).toMatchObject({
        reason: decision.reason,
        provider_id: decision.ok ? decision.providerId : null,
        priority: decision.ok ? decision.priority : 0,
      });
    }),
  );
});

it('a traced decision is the untraced one, and its last step names the provider', () => {
  fc.assert(
    fc.property(aPolicy(), aRequest(), aWorld(), (policy, request, world) => {
      const snapshot = aSnapshot(world);
      const steps: TraceStep[] = [];
      const traced = decide(policy, request, snapshot, (step) => steps.push(step));

      expect(traced).toEqual(decide(policy, request, snapshot));
      expect(steps.at(-1)?.provider_id).toBe(traced.ok ? traced.providerId : undefined);
    }),
  );
});

it('nobody with an open breaker or beyond a constraint serves, whatever the way', () => {
  fc.assert(
    fc.property(aPolicy(), aRequest(), aWorld(), (policy, request, world) => {
      const decision = decide(policy, request, aSnapshot(world));
      fc.pre(decision.ok);
      const { maxLatencyMs = Infinity } = request.constraints;
      const breaker = policy.breaker ? world.breakers[decision.providerId] : 'closed';

      expect(breaker).not.toBe('open');
      expect(world.latencies[decision.providerId] ?? 500).toBeLessThanOrEqual(maxLatencyMs);
    }),
  );
});

it('sticky and weighted never give a provider without a weight', () => {
  fc.assert(
    fc.property(aPolicy(), aRequest(), aWorld(), (policy, request, world) => {
      const decision = decide(policy, request, aSnapshot(world));
      fc.pre(decision.ok && ['sticky', 'weighted'].includes(decision.reason));

      const place = policy.providers.ids.indexOf(decision.providerId);
      expect(policy.providers.weights[place]).toBeGreaterThan(0);
    }),
  );
});

it('somebody serves whenever a provider with a weight is fit', () => {
  fc.assert(
    fc.property(aPolicy(), aRequest(), (policy, request) => {
      fc.pre(policy.providers.active > 0);
      const unlimited = { ...request, constraints: {} };
      const calm = { pins: {}, breakers: {}, latencies: {} };

      expect(decide(policy, unlimited, aSnapshot(calm)).ok).toBe(true);
    }),
  );
});

interface World {
  readonly pins: Readonly<Record<string, string>>;
  readonly breakers: Readonly<Record<string, BreakerState>>;
  readonly latencies: Readonly<Record<string, number>>;
}

function aWorld(): fc.Arbitrary<World> {
  const id = fc.constantFrom(...IDS);
  return fc.record({
    pins: fc.dictionary(fc.constantFrom('s1', 's2'), fc.constantFrom(...IDS, 'gone')),
    breakers: fc.dictionary(id, fc.constantFrom<BreakerState>('closed', 'open', 'half-open')),
    latencies: fc.dictionary(id, fc.integer({ min: 1, max: 1_000 })),
  });
}

function aSnapshot({ pins, breakers, latencies }: World): RoutingSnapshot {
  return {
    nowMs: 0,
    pinnedProvider: (_tenant, session) => pins[session],
    breakerOf: (_tenant, provider) => breakers[provider] ?? 'closed',
    estimateOf: (_tenant, provider) => {
      const latencyMs = latencies[provider];
      return latencyMs === undefined ? undefined : { latencyMs, cost: 0.01 };
    },
  };
}

function aPolicy(): fc.Arbitrary<CompiledPolicy> {
  const provider = fc.constantFrom(...IDS);
  const rule = fc.record(
    {
      when: fc.oneof(fc.constant({}), fc.record({ status: fc.subarray(STATUSES) })),
      retry: fc.integer({ min: 0, max: 3 }),
      to: provider,
    },
    { requiredKeys: ['when'] },
  );
  const weights = fc.dictionary(provider, fc.constantFrom(0, 2, 30, 70), { minKeys: 1 });
  const sections = fc.record(
    {
      fallback: provider,
      fallbacks: fc.array(rule, { maxLength: 3 }),
      sticky: fc.record({ enabled: fc.boolean() }),
      circuit_breaker: fc.record({ enabled: fc.boolean() }),
    },
    { requiredKeys: [] },
  );
  return fc
    .tuple(weights, sections)
    .map(([given, rest]) =>
      parsePolicy({ tenant_id: 't', policy_id: 'p', weights: given, ...rest }),
    )
    .filter((parsed) => parsed.ok)
    .map(({ policy }) => compilePolicy(policy));
}

function aRequest(): fc.Arbitrary<RouteRequest> {
  const provider = fc.constantFrom(...IDS);
  const context = fc.record(
    {
      session_id: fc.constantFrom('s1', 's2', 's3'),
      status: fc.oneof(fc.constantFrom(...STATUSES), fc.constant(502)),
      current_provider: provider,
      selected_provider: provider,
      fallback_provider: provider,
    },
    { requiredKeys: [] },
  );
  const limits = fc.record(
    { maxLatencyMs: fc.integer({ min: 1, max: 1_000 }) },
    { requiredKeys: [] },
  );
  return fc.record({
    tenantId: fc.constant('t'),
    requestId: fc.uuid(),
    messageType: fc.constantFrom('', 'chat'),
    context,
    constraints: limits,
  });
}

const aLevel = () => fc.constantFrom('minimal' as const, 'detailed' as const, 'verbose' as const);
