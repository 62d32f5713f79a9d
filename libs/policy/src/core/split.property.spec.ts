import fc from 'fast-check';
import {
  compilePolicy,
  type CompiledPolicy,
  decide,
  emptySnapshot,
  parsePolicy,
  type RouteRequest,
} from './index.js';

type Weights = Readonly<Record<string, number>>;

const KEYS = Array.from({ length: 100_000 }, (_, index) => `session-${index}`);

describe('the share of a provider', () => {
  it.each([
    ['session keys', (key: string) => aRequest({ context: { session_id: key } })],
    ['request ids', (key: string) => aRequest({ requestId: key })],
  ])('equals its weight within half a point over 100 000 %s', (_keys, requestOf) => {
    const policy = aPolicy({ a: 70, b: 20, c: 10 });
    const count = new Map<string, number>();
    for (const key of KEYS) {
      const provider = providerOf(policy, requestOf(key));
      count.set(provider, (count.get(provider) ?? 0) + 1);
    }

    expect(pointsOff(count.get('a'), 70)).toBeLessThan(0.5);
    expect(pointsOff(count.get('b'), 20)).toBeLessThan(0.5);
    expect(pointsOff(count.get('c'), 10)).toBeLessThan(0.5);
  });

  it('is proportional to its weight whatever the weights add up to', () => {
    const policy = aPolicy({ a: 0.3, b: 0.1 });
    const ofA = KEYS.filter((key) => providerOf(policy, aRequest({ requestId: key })) === 'a');

    expect(pointsOff(ofA.length, 75)).toBeLessThan(0.5);
  });

  it('does not follow from what the same key got under another policy', () => {
    const weights = { a: 50, b: 50 };
    const one = aPolicy(weights, 'one');
    const other = aPolicy(weights, 'other');
    const same = KEYS.filter((requestId) => {
      const request = aRequest({ requestId });
      return providerOf(one, request) === providerOf(other, request);
    });

    expect(pointsOff(same.length, 50)).toBeLessThan(0.75);
  });
});

describe('a change of providers', () => {
  it('moves only the keys of a provider that leaves', () => {
    fc.assert(
      fc.property(someWeights(), fc.nat(), someKeys(), (weights, pick, keys) => {
        const leaving = nth(Object.keys(weights), pick);
        const { [leaving]: _gone, ...rest } = weights;
        const before = aPolicy(weights);
        const after = aPolicy(rest);

        for (const requestId of keys) {
          const old = providerOf(before, aRequest({ requestId }));
          expect([leaving, providerOf(after, aRequest({ requestId }))]).toContain(old);
        }
      }),
    );
  });

  it('moves keys to a provider that joins and to no other', () => {
    fc.assert(
      fc.property(someWeights(), aWeight(), someKeys(), (weights, weight, keys) => {
        const before = aPolicy(weights);
        const after = aPolicy({ ...weights, newcomer: weight });

        for (const requestId of keys) {
          const old = providerOf(before, aRequest({ requestId }));
          expect(['newcomer', old]).toContain(providerOf(after, aRequest({ requestId })));
        }
      }),
    );
  });

  it('moves the keys of a leaving provider to the others by their weights', () => {
    const before = aPolicy({ a: 50, b: 40, c: 10 });
    const after = aPolicy({ b: 40, c: 10 });
    const moved = KEYS.filter((requestId) => providerOf(before, aRequest({ requestId })) === 'a');
    const toB = moved.filter((requestId) => providerOf(after, aRequest({ requestId })) === 'b');

    expect(Math.abs((toB.length / moved.length) * 100 - 80)).toBeLessThan(0.75);
  });

  it('does not depend on the order in which providers are written', () => {
    fc.assert(
      fc.property(someWeights(), someKeys(), (weights, keys) => {
        const written = aPolicy(weights);
        const reversed = aPolicy(Object.fromEntries(Object.entries(weights).toReversed()));

        for (const requestId of keys) {
          const request = aRequest({ requestId });
          expect(providerOf(reversed, request)).toBe(providerOf(written, request));
        }
      }),
    );
  });
});

function someWeights(): fc.Arbitrary<Weights> {
  const id = fc.stringMatching(/^[a-z0-9_.:/-]{1,20}$/);
  return fc.dictionary(id, aWeight(), { minKeys: 2, maxKeys: 12 });
}

const aWeight = () => fc.integer({ min: 2, max: 100 });
const someKeys = () => fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 50 });

function aPolicy(weights: Weights, policy_id = 'p'): CompiledPolicy {
  const providers = Object.entries(weights).map(([name, weight]) => ({ name, weight }));
  const parsed = parsePolicy({ tenant_id: 't', policy_id, providers });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compilePolicy(parsed.policy);
}

function aRequest(request: Partial<RouteRequest>): RouteRequest {
  const plain = { tenantId: 't', requestId: 'r', messageType: '', context: {}, constraints: {} };
  return { ...plain, ...request };
}

const snapshot = emptySnapshot(0);

function providerOf(policy: CompiledPolicy, request: RouteRequest): string {
  const decision = decide(policy, request, snapshot);
  if (!decision.ok) throw new Error(decision.reason);
  return decision.providerId;
}

function nth(names: readonly string[], index: number): string {
  return names[index % names.length] ?? '';
}

const pointsOff = (count = 0, percent: number): number =>
  Math.abs((count / KEYS.length) * 100 - percent);
