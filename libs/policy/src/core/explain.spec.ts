import {
  builtinPolicyFor,
  compilePolicy,
  emptySnapshot,
  explain,
  parsePolicy,
  selectionStatus,
} from './index.js';

const REQUEST = {
  tenantId: 't',
  requestId: 'r-1',
  messageType: 'chat',
  context: { region: 'eu' },
  constraints: { maxLatencyMs: 600 },
};

it('says of each candidate whether it was kept or excluded, and why', () => {
  const snapshot = {
    ...emptySnapshot(0),
    breakerOf: (_tenant: string, provider: string) =>
      provider === 'broken' ? ('open' as const) : ('closed' as const),
  };

  const { steps = [] } = explain(aPolicy(), REQUEST, snapshot);

  expect(steps.filter(({ stage }) => stage === 'candidate')).toEqual([
    { stage: 'candidate', outcome: 'excluded', why: 'circuit_breaker_open', provider_id: 'broken' },
    { stage: 'candidate', outcome: 'kept', why: 'fit', provider_id: 'good' },
    { stage: 'candidate', outcome: 'excluded', why: 'max_latency_exceeded', provider_id: 'slow' },
    { stage: 'candidate', outcome: 'excluded', why: 'zero_weight', provider_id: 'drained' },
  ]);
});

it('tells the decision alone at level minimal', () => {
  expect(explain(aPolicy(), REQUEST, emptySnapshot(0), 'minimal')).toEqual({
    reason: 'weighted',
    provider_id: expect.stringMatching(/good|broken/),
    policy_id: 'p',
    policy_version: '2.1',
    priority: 50,
  });
});

it('tells the numbers at level verbose and leaves them out at level detailed', () => {
  const detailed = explain(aPolicy(), REQUEST, emptySnapshot(0), 'detailed');
  const verbose = explain(aPolicy(), REQUEST, emptySnapshot(0), 'verbose');

  expect(detailed.context).toEqual(REQUEST.context);
  expect(JSON.stringify(detailed.steps)).not.toContain('details');
  expect(verbose.steps?.[0]?.details).toMatchObject({ weight: 0.4, breaker: 'closed' });
});

it('explains why nobody can serve', () => {
  const explanation = explain(
    aPolicy(),
    { ...REQUEST, constraints: { maxCost: 0 } },
    emptySnapshot(0),
  );

  expect(explanation).toMatchObject({
    reason: 'no_provider_available',
    provider_id: null,
    priority: 0,
  });
  expect(explanation.steps).toContainEqual({
    stage: 'split',
    outcome: 'passed',
    why: 'nobody_fit',
  });
});

it('sums up what a policy can choose from', () => {
  expect(selectionStatus(aPolicy(), emptySnapshot(0))).toEqual({
    tenant_id: 't',
    policy_id: 'p',
    provider_count: 4,
    available_providers_count: 3,
    total_weight: 1,
    sticky_enabled: false,
  });
});

it('the built-in policy serves any tenant as the contract says', () => {
  const policy = builtinPolicyFor('somebody');

  expect(policy).toMatchObject({
    tenantId: 'somebody',
    policyId: 'default',
    providers: [
      { id: 'openai', weight: 0.7 },
      { id: 'anthropic', weight: 0.3 },
    ],
    legacyFallback: { provider: 'local_llm' },
  });
});

function aPolicy() {
  const parsed = parsePolicy({
    tenant_id: 't',
    policy_id: 'p',
    version: '2.1',
    providers: [
      { name: 'broken', weight: 40 },
      { name: 'good', weight: 40 },
      { name: 'slow', weight: 20, expected_latency_ms: 900 },
      { name: 'drained', weight: 0 },
    ],
    circuit_breaker: { enabled: true },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compilePolicy(parsed.policy);
}
