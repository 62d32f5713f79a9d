import { describeProblem, parsePolicy, parsePolicyJson } from './index.js';

const AT = { tenantId: 't', policyId: 'p' };
const WEIGHTS = { a: 1 };

describe('spellings', () => {
  it.each([
    [
      'whole percentages',
      [
        { name: 'a', weight: 70 },
        { name: 'b', weight: 30 },
      ],
      [0.7, 0.3],
    ],
    [
      'fractions',
      [
        { id: 'a', weight: 0.7 },
        { id: 'b', weight: 0.3 },
      ],
      [0.7, 0.3],
    ],
    [
      '1 as one percent among percentages',
      [
        { id: 'a', weight: 99 },
        { id: 'b', weight: 1 },
      ],
      [0.99, 0.01],
    ],
    [
      '1 as all among fractions',
      [
        { id: 'a', weight: 1 },
        { id: 'b', weight: 0.5 },
      ],
      [1, 0.5],
    ],
  ])('reads %s', (_spelling, providers, weights) => {
    expect(policyOf({ providers }).providers.map(({ weight }) => weight)).toEqual(weights);
  });

  it('reads weights beside providers when they agree', () => {
    const policy = policyOf({
      providers: [{ name: 'a', weight: 70 }],
      weights: { a: 0.7, b: 0.3 },
    });

    expect(policy.providers).toEqual([
      { id: 'a', weight: 0.7 },
      { id: 'b', weight: 0.3 },
    ]);
  });

  it.each([
    [{ session_key: 'u', ttl: '10m' }],
    [{ key: 'u', ttl_seconds: 600 }],
    [{ session_key: 'u', key: 'u', ttl_sec: 600, ttl: 600 }],
  ])('reads sticky as %j', (spelling) => {
    expect(policyOf({ weights: WEIGHTS, sticky: { enabled: true, ...spelling } }).sticky).toEqual({
      enabled: true,
      sessionKey: 'u',
      ttlMs: 600_000,
    });
  });

  it('gives sticky an hour and session_id when it says nothing else', () => {
    expect(policyOf({ weights: WEIGHTS, sticky: { enabled: true } }).sticky).toEqual({
      enabled: true,
      sessionKey: 'session_id',
      ttlMs: 3_600_000,
    });
  });

  it.each([['last'], [{ provider: 'last' }], [{ provider: 'last', conditions: [] }]])(
    'reads the older fallback as %j',
    (fallback) => {
      expect(policyOf({ fallback }).legacyFallback).toEqual({
        provider: 'last',
        conditions: ['all_providers_failed'],
      });
    },
  );

  it('reads extensions at the top and nested alike', () => {
    const pipeline = {
      pre: [{ id: 'x', mode: 'required', config: { lower: true } }],
      validators: [{ id: 'y', on_fail: 'warn', when: { message_type: 'chat' } }],
      post: [{ id: 'z' }],
    };
    const nested = policyOf({ weights: WEIGHTS, extensions: pipeline });

    expect(nested).toEqual(policyOf({ weights: WEIGHTS, ...pipeline }));
    expect(nested.pipeline.post).toEqual([{ id: 'z', mode: 'optional', config: {}, when: [] }]);
  });

  it('moves rate limits into their range and fills in what is missing', () => {
    const limit = (given: object) =>
      policyOf({ weights: WEIGHTS, rate_limit: { enabled: true, ...given } }).rateLimit;

    expect(limit({})).toEqual({ requestsPerSecond: 100, burst: 50 });
    expect(limit({ requests_per_second: 0, burst: 2e9 })).toEqual({
      requestsPerSecond: 1,
      burst: 1_000_000,
    });
  });

  it('reads a section that is switched off as none', () => {
    const off = { circuit_breaker: { enabled: false }, rate_limit: { enabled: false } };

    expect(policyOf({ weights: WEIGHTS, ...off })).toEqual(policyOf({ weights: WEIGHTS }));
  });

  it('reads a numeric version as text', () => {
    expect(policyOf({ weights: WEIGHTS, version: 3 }).version).toBe('3');
  });
});

describe('problems', () => {
  it.each([
    ['providers[0].weight', { providers: [{ name: 'a', weight: 150 }] }],
    ['providers[0].weight', { providers: [{ name: 'a', weight: 62.5 }] }],
    ['providers[0].weight', { providers: [{ name: 'a' }] }],
    ['providers[0].name', { providers: [{ weight: 1 }] }],
    ['providers[0].name', { providers: [{ name: 'a b', weight: 1 }] }],
    ['providers[0].id', { providers: [{ name: 'a', id: 'b', weight: 1 }] }],
    [
      'providers[1]',
      {
        providers: [
          { name: 'a', weight: 1 },
          { id: 'a', weight: 1 },
        ],
      },
    ],
    ['weights.a', { weights: { a: -0.5 } }],
    ['weights.a', { weights: { a: 0.5 }, providers: [{ name: 'a', weight: 70 }] }],
    ['weights', { weights: [0.5, 0.5] }],
    ['weights', { weights: {} }],
    ['weights', { weights: { a: 0 } }],
    ['providers', {}],
    ['providers', { providers: [{ name: 'a', weight: 0 }], fallbacks: [{ when: {}, retry: 2 }] }],
    ['sticky.enabled', { weights: WEIGHTS, sticky: { enabled: 'not_a_boolean' } }],
    ['sticky.enabled', { weights: WEIGHTS, sticky: {} }],
    ['sticky.ttl', { weights: WEIGHTS, sticky: { enabled: true, ttl: '10 minutes' } }],
    ['sticky.ttl', { weights: WEIGHTS, sticky: { enabled: true, ttl: '25h' } }],
    ['sticky.ttl_sec', { weights: WEIGHTS, sticky: { enabled: true, ttl: '1m', ttl_sec: 5 } }],
    ['fallback.provider', { weights: WEIGHTS, fallback: { provider: 123 } }],
    ['fallback.conditions', { fallback: { provider: 'x', conditions: [1] } }],
    ['fallbacks[0].when', { weights: WEIGHTS, fallbacks: [{ to: 'x' }] }],
    ['fallbacks[0].retry', { weights: WEIGHTS, fallbacks: [{ when: {}, retry: 11, to: 'x' }] }],
    [
      'fallbacks[0].backoff.strategy',
      { weights: WEIGHTS, fallbacks: [{ when: {}, to: 'x', backoff: { strategy: 'odd' } }] },
    ],
    [
      'circuit_breaker.error_rate_threshold',
      { weights: WEIGHTS, circuit_breaker: { enabled: true, error_rate_threshold: 2 } },
    ],
    ['rate_limit.burst', { weights: WEIGHTS, rate_limit: { enabled: true, burst: 'x' } }],
    ['post[0].mode', { weights: WEIGHTS, post: [{ id: 'x', mode: 'odd' }] }],
    ['validators[0].on_fail', { weights: WEIGHTS, validators: [{ id: 'x', on_fail: 'odd' }] }],
    ['pre[0].id', { weights: WEIGHTS, pre: [{ mode: 'required' }] }],
    ['pre', { weights: WEIGHTS, pre: extensions(6) }],
    ['', { weights: WEIGHTS, pre: extensions(4), validators: extensions(4), post: extensions(3) }],
    [
      'extensions.pre',
      { weights: WEIGHTS, pre: extensions(1), extensions: { pre: extensions(1) } },
    ],
    ['timeout_ms', { weights: WEIGHTS, timeout_ms: '5' }],
    ['metadata', { weights: WEIGHTS, metadata: deep(100_000) }],
    ['policy_id', { weights: WEIGHTS, policy_id: 'a b' }],
    ['tenant_id', { weights: WEIGHTS, tenant_id: 'other' }],
  ])('are found at %j', (path, document) => {
    const parsed = parsePolicy(document, AT);

    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.path)).toEqual(
      path === 'policy_id' ? ['policy_id', 'policy_id'] : [path],
    );
  });

  it.each([[[]], [123], ['text'], [null]])('are told of %j, which is no document', (document) => {
    expect(problemsOf(document)).toHaveLength(1);
  });

  it('are told all at once, each with path, rule and value', () => {
    expect(problemsOf({ stiky: true, weights: { a: 150 }, fallbacks: [{ when: 7 }] })).toEqual([
      'stiky is not a known field; did you mean sticky? (got true)',
      'weights.a must be a fraction from 0 to 1 or a whole percentage from 0 to 100 (got 150)',
      'fallbacks[0].when must be an object (got 7)',
    ]);
  });

  it('name the ids that neither the document nor its place gives', () => {
    const parsed = parsePolicy({ weights: WEIGHTS });

    expect(parsed.ok ? [] : parsed.problems.map(({ path }) => path)).toEqual([
      'tenant_id',
      'policy_id',
    ]);
  });

  it('show no secrets and no more than 64 characters', () => {
    const [secret, long] = problemsOf({
      weights: WEIGHTS,
      api_key: 'sk-123',
      unheard_of: 'x'.repeat(100),
    });

    expect(secret).toContain('***');
    expect(secret).not.toContain('sk-123');
    expect(long).not.toContain('x'.repeat(65));
  });

  it('are counted beyond the first hundred', () => {
    const providers = Array.from({ length: 300 }, (_, index) => ({
      name: `p${index}`,
      weight: -1,
    }));

    expect(problemsOf({ providers })).toHaveLength(101);
    expect(problemsOf({ providers }).at(-1)).toBe('document has 200 more problems');
  });

  it.each(['{invalid json}', 'not json', ''])('of the text %j is that it is no JSON', (text) => {
    expect(parsePolicyJson(text)).toMatchObject({
      ok: false,
      problems: [{ rule: expect.stringContaining('invalid_json') }],
    });
  });
});

function extensions(count: number) {
  return Array.from({ length: count }, (_, index) => ({ id: `x${index}` }));
}

function deep(levels: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < levels; level += 1) value = { value };
  return value;
}

function policyOf(document: object) {
  const parsed = parsePolicy(document, AT);
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'));
  return parsed.policy;
}

function problemsOf(document: unknown): readonly string[] {
  const parsed = parsePolicy(document, AT);
  return parsed.ok ? [] : parsed.problems.map(describeProblem);
}
