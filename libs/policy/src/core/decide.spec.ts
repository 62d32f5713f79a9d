import { aSnapshot, decided, providerOf } from './decide.fixtures.js';

const PROVIDERS = [
  { name: 'a', weight: 60 },
  { name: 'b', weight: 40 },
];

describe('the split', () => {
  it('serves with the weighted provider, priority 50 and the default estimates', () => {
    expect(decided({ providers: [{ name: 'a', weight: 100 }] })).toEqual({
      ok: true,
      providerId: 'a',
      reason: 'weighted',
      priority: 50,
      expectedLatencyMs: 500,
      expectedCost: 0.01,
    });
  });

  it('keeps a session on its provider whatever the request id, even without pins', () => {
    const of = (requestId: string) =>
      decided({ providers: PROVIDERS }, { requestId, context: { session_id: 's-7' } });

    expect(of('one')).toEqual(of('another'));
  });

  it('splits two policies of a tenant independently of each other', () => {
    const keys = Array.from({ length: 200 }, (_, index) => `key-${index}`);
    const under = (policy_id: string) =>
      keys.map((requestId) =>
        providerOf(decided({ policy_id, providers: PROVIDERS }, { requestId })),
      );

    expect(under('one')).not.toEqual(under('other'));
  });

  it('never gives a provider of weight 0 anything', () => {
    const policy = { providers: [...PROVIDERS, { name: 'drained', weight: 0 }] };
    const given = Array.from({ length: 500 }, (_, index) =>
      providerOf(decided(policy, { requestId: `r-${index}` })),
    );

    expect(new Set(given)).toEqual(new Set(['a', 'b']));
  });
});

describe('constraints', () => {
  const policy = {
    providers: [
      { name: 'fast', weight: 1, expected_latency_ms: 100, expected_cost: 0.5 },
      { name: 'cheap', weight: 99, expected_latency_ms: 900, expected_cost: 0.001 },
    ],
  };

  it('leave out who is expected to be too slow, and tell the declared estimate', () => {
    expect(decided(policy, { constraints: { maxLatencyMs: 100 } })).toMatchObject({
      providerId: 'fast',
      expectedLatencyMs: 100,
      expectedCost: 0.5,
    });
  });

  it('leave out who is expected to be too dear', () => {
    expect(decided(policy, { constraints: { maxCost: 0.001 } })).toMatchObject({
      providerId: 'cheap',
    });
  });

  it('believe what was observed more than what was declared', () => {
    const snapshot = aSnapshot({ estimates: { fast: { latencyMs: 2_000.4, cost: 0.5 } } });

    expect(decided(policy, { constraints: { maxLatencyMs: 1_000 } }, snapshot)).toMatchObject({
      providerId: 'cheap',
    });
    expect(decided({ providers: [{ name: 'fast', weight: 1 }] }, {}, snapshot)).toMatchObject({
      expectedLatencyMs: 2_000,
    });
  });

  it('bind retries, fallbacks and the legacy fallback too', () => {
    const strict = {
      constraints: { maxLatencyMs: 10 },
      context: { status: 'timeout', current_provider: 'fast' },
    };
    const fallbacks = [{ when: { status: 'timeout' }, retry: 3, to: 'cheap' }];

    expect(decided({ ...policy, fallbacks, fallback: 'cheap' }, strict)).toEqual({
      ok: false,
      reason: 'no_provider_available',
    });
  });
});

describe('sticky', () => {
  const sticky = { enabled: true, session_key: 'user_id', ttl: '10m' };
  const context = { user_id: 'u-1' };

  it('follows a live pin with priority 100 and moves its expiry', () => {
    for (const pinned of ['a', 'b']) {
      const snapshot = aSnapshot({ pins: { 'u-1': pinned } });

      expect(decided({ providers: PROVIDERS, sticky }, { context }, snapshot)).toMatchObject({
        providerId: pinned,
        reason: 'sticky',
        priority: 100,
        pin: { tenantId: 't', sessionKey: 'u-1', providerId: pinned, ttlMs: 600_000 },
      });
    }
  });

  it('pins what the split gave', () => {
    const decision = decided({ providers: PROVIDERS, sticky }, { context });

    expect(decision).toMatchObject({
      reason: 'weighted',
      pin: { sessionKey: 'u-1', providerId: providerOf(decision) },
    });
  });

  it('takes a number as a session key', () => {
    expect(decided({ providers: PROVIDERS, sticky }, { context: { user_id: 7 } })).toMatchObject({
      pin: { sessionKey: '7' },
    });
  });

  it.each([
    ['the policy is not sticky', { enabled: false, session_key: 'user_id' }, context],
    ['the request names no session', sticky, { other: 'x' }],
    ['the session key is empty', sticky, { user_id: '' }],
    ['the session key is too long to store', sticky, { user_id: 'x'.repeat(257) }],
  ])('pins nothing when %s', (_because, section, given) => {
    const snapshot = aSnapshot({ pins: { 'u-1': 'a', ['x'.repeat(257)]: 'a' } });
    const decision = decided(
      { providers: PROVIDERS, sticky: section },
      { context: given },
      snapshot,
    );

    expect(decision).toMatchObject({ reason: 'weighted' });
    expect(decision).not.toHaveProperty('pin');
  });

  it.each([
    ['is no longer in the policy', 'gone', {}, {}],
    ['has weight 0', 'drained', {}, {}],
    ['has an open breaker', 'a', { breakers: { a: 'open' as const } }, {}],
    [
      'breaks a constraint',
      'a',
      { estimates: { a: { latencyMs: 900, cost: 0 } } },
      { maxLatencyMs: 800 },
    ],
  ])('ignores a pin on a provider that %s', (_because, pinned, world, constraints) => {
    const policy = {
      providers: [...PROVIDERS, { name: 'drained', weight: 0 }],
      sticky,
      circuit_breaker: { enabled: true },
    };
    const snapshot = aSnapshot({ ...world, pins: { 'u-1': pinned } });
    const decision = decided(policy, { context, constraints }, snapshot);

    expect(decision).toMatchObject({ reason: 'weighted' });
    expect(providerOf(decision)).not.toBe(pinned);
  });
});
