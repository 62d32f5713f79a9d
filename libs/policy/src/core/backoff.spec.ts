import fc from 'fast-check';
import { backoffMs } from './backoff.js';
import type { Backoff } from './policy-document.js';

const PLAIN: Backoff = { strategy: 'exponential', baseMs: 100, maxMs: 5_000, jitter: false };

it.each`
  strategy         | attempt | waitMs   | because
  ${'exponential'} | ${1}    | ${100}   | ${'the first wait is the base'}
  ${'exponential'} | ${4}    | ${800}   | ${'each exponential wait doubles'}
  ${'exponential'} | ${9}    | ${5_000} | ${'no wait is longer than the maximum'}
  ${'linear'}      | ${4}    | ${400}   | ${'each linear wait is one base longer'}
  ${'fixed'}       | ${4}    | ${100}   | ${'a fixed wait stays the base'}
`('$because: $strategy, attempt $attempt → $waitMs ms', ({ strategy, attempt, waitMs }) => {
  expect(backoffMs({ ...PLAIN, strategy }, attempt, 'r')).toBe(waitMs);
});

it('jitter adds at most a tenth, never takes away and never passes the maximum', () => {
  fc.assert(
    fc.property(
      aBackoff(),
      fc.integer({ min: 1, max: 10 }),
      fc.string(),
      (backoff, attempt, id) => {
        const plain = backoffMs({ ...backoff, jitter: false }, attempt, id);
        const jittered = backoffMs({ ...backoff, jitter: true }, attempt, id);

        expect(jittered).toBeGreaterThanOrEqual(plain);
        expect(jittered).toBeLessThanOrEqual(Math.min(backoff.maxMs, Math.ceil(plain * 1.1)));
      },
    ),
  );
});

it('jitter spreads different requests and repeats itself for the same one', () => {
  const waits = Array.from({ length: 100 }, (_, index) =>
    backoffMs({ ...PLAIN, baseMs: 1_000, jitter: true }, 1, `request-${index}`),
  );

  expect(new Set(waits).size).toBeGreaterThan(30);
  expect(backoffMs({ ...PLAIN, baseMs: 1_000, jitter: true }, 1, 'request-0')).toBe(waits[0]);
});

const aBackoff = (): fc.Arbitrary<Backoff> =>
  fc.record({
    strategy: fc.constantFrom('exponential' as const, 'linear' as const, 'fixed' as const),
    baseMs: fc.integer({ min: 0, max: 10_000 }),
    maxMs: fc.integer({ min: 0, max: 100_000 }),
    jitter: fc.boolean(),
  });
