import { aSnapshot, decided, providerOf } from './decide.fixtures.js';

const PROVIDERS = [
  { name: 'a', weight: 60 },
  { name: 'b', weight: 40 },
];

describe('breakers', () => {
  const circuit_breaker = { enabled: true };

  it('take their provider out of the split while open, and only then', () => {
    const given = (state: 'open' | 'half-open' | 'closed') =>
      new Set(
        Array.from({ length: 200 }, (_, index) =>
          providerOf(
            decided(
              { providers: PROVIDERS, circuit_breaker },
              { requestId: `r-${index}` },
              aSnapshot({ breakers: { a: state } }),
            ),
          ),
        ),
      );

    expect(given('open')).toEqual(new Set(['b']));
    expect(given('half-open')).toEqual(new Set(['a', 'b']));
    expect(given('closed')).toEqual(new Set(['a', 'b']));
  });

  it('are not asked where the policy has none', () => {
    const snapshot = aSnapshot({ breakers: { a: 'open' } });

    expect(decided({ providers: [{ name: 'a', weight: 1 }] }, {}, snapshot)).toMatchObject({
      providerId: 'a',
    });
  });

  it('fall back to the target of a rule with priority 20 when all are open and nothing else serves', () => {
    const policy = {
      providers: PROVIDERS,
      circuit_breaker,
      fallbacks: [{ when: { status: 'rate_limited' }, to: 'c' }],
    };
    const snapshot = aSnapshot({ breakers: { a: 'open', b: 'open' } });

    expect(decided(policy, {}, snapshot)).toMatchObject({
      providerId: 'c',
      reason: 'circuit_breaker_fallback',
      priority: 20,
    });
  });

  it('let a rule for circuit_breaker_open speak first when all are open', () => {
    const policy = {
      providers: PROVIDERS,
      circuit_breaker,
      fallbacks: [{ when: { status: 'circuit_breaker_open' }, to: 'c' }],
    };
    const snapshot = aSnapshot({ breakers: { a: 'open', b: 'open' } });

    expect(decided(policy, {}, snapshot)).toMatchObject({ providerId: 'c', reason: 'fallback' });
  });

  it.each([
    ['its fallback_provider', { fallback_provider: 'mine', fallback_rules: [{ to: 'x' }] }, 'mine'],
    ['the first of its own rules', { fallback_rules: [{ to: 'mine' }, { to: 'x' }] }, 'mine'],
  ])('send a caller whose selected provider is open to %s', (_because, named, expected) => {
    const snapshot = aSnapshot({ breakers: { a: 'open' } });
    const context = { selected_provider: 'a', ...named };

    expect(decided({ providers: PROVIDERS, circuit_breaker }, { context }, snapshot)).toMatchObject(
      { providerId: expected, reason: 'circuit_breaker_fallback', priority: 20 },
    );
  });

  it('leave a caller without a substitute to the split', () => {
    const snapshot = aSnapshot({ breakers: { a: 'open' } });
    const context = { selected_provider: 'a' };

    expect(decided({ providers: PROVIDERS, circuit_breaker }, { context }, snapshot)).toMatchObject(
      { providerId: 'b', reason: 'weighted' },
    );
  });
});
