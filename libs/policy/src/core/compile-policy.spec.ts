import { compilePolicy, parsePolicy } from './index.js';

const DOCUMENT = {
  policy_id: 'p',
  providers: [
    { name: 'a', weight: 60, expected_latency_ms: 50 },
    { name: 'b', weight: 40 },
  ],
  fallbacks: [{ when: { status: ['timeout'] }, retry: 2, to: 'b' }],
  pre: [{ id: 'x', mode: 'required' }],
  validators: [{ id: 'y', on_fail: 'warn' }],
  circuit_breaker: { enabled: true },
  rate_limit: { enabled: true },
};

it('keeps what equals in the policies of two tenants once', () => {
  const one = compiled({ ...DOCUMENT, tenant_id: 'one' });
  const other = compiled({ ...DOCUMENT, tenant_id: 'other' });

  expect(other.providers).toBe(one.providers);
  expect(other.rules).toBe(one.rules);
  expect(other.pipeline).toBe(one.pipeline);
  expect(other.breaker).toBe(one.breaker);
  expect(other.rateLimit).toBe(one.rateLimit);
});

it('shares what is asked for again and again, however many other values go by', () => {
  const one = compiled({ ...DOCUMENT, tenant_id: 't' });
  for (let index = 0; index < 20_000; index += 1) {
    compiled({ tenant_id: 't', policy_id: 'p', weights: { [`provider-${index}`]: 1 } });
    if (index % 1_000 === 0) compiled({ ...DOCUMENT, tenant_id: 't' });
  }

  expect(compiled({ ...DOCUMENT, tenant_id: 't' }).providers).toBe(one.providers);
});

it('completes a declared estimate by the defaults', () => {
  expect(compiled({ ...DOCUMENT, tenant_id: 't' }).providers.declared?.get('a')).toEqual({
    latencyMs: 50,
    cost: 0.01,
  });
});

it('reads required as blocking and optional as warning', () => {
  const { pipeline } = compiled({ ...DOCUMENT, tenant_id: 't', post: [{ id: 'z' }] });

  expect(
    [pipeline?.pre, pipeline?.validators, pipeline?.post].map((kind) => kind?.[0]),
  ).toMatchObject([
    { kind: 'pre', onFailure: 'block' },
    { kind: 'validator', onFailure: 'warn' },
    { kind: 'post', onFailure: 'warn' },
  ]);
});

it('gives the same policy the same rule ids and seeds in every process', () => {
  const policy = compiled({ ...DOCUMENT, tenant_id: 't' });

  expect(policy.rules.map(({ id }) => id)).toEqual(['3ea03054']);
  expect([policy.splitSeed, ...policy.providers.seeds]).toEqual([
    -1300496704, -301639708, 1879892934,
  ]);
});

function compiled(document: object) {
  const parsed = parsePolicy(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compilePolicy(parsed.policy);
}
