import fc from 'fast-check';
import { nextDelivery } from './redelivery.js';

const backoffMs = [1000, 5000, 15000];

describe('nextDelivery', () => {
  it.each`
    attempt | random | delayMs  | because
    ${1}    | ${0.5} | ${1000}  | ${'the first failure waits the first step'}
    ${2}    | ${0.5} | ${5000}  | ${'the second failure waits the second step'}
    ${4}    | ${0.5} | ${15000} | ${'the last step repeats'}
    ${1}    | ${0}   | ${900}   | ${'jitter shortens by half of its share at most'}
    ${1}    | ${1}   | ${1100}  | ${'jitter lengthens by half of its share at most'}
    ${0}    | ${0.5} | ${1000}  | ${'a count that was never set is the first'}
  `('$because', ({ attempt, random, delayMs }) => {
    const input = { attempt, maxDeliver: 5, backoffMs, jitterPercent: 20, random: () => random };
    expect(nextDelivery(input)).toEqual({ kind: 'retry', delayMs });
  });

  it('gives up at the last allowed delivery and at every one after it', () => {
    const random = () => 0.5;
    const at = (attempt: number) =>
      nextDelivery({ attempt, maxDeliver: 5, backoffMs, jitterPercent: 20, random }).kind;
    expect([at(4), at(5), at(6)]).toEqual(['retry', 'exhausted', 'exhausted']);
  });

  it('retries at once without waiting times', () => {
    const input = { attempt: 1, maxDeliver: 2, backoffMs: [], jitterPercent: 20, random: () => 1 };
    expect(nextDelivery(input)).toEqual({ kind: 'retry', delayMs: 0 });
  });

  it('always ends, and never waits longer than the longest step with its jitter', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 100 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (steps, maxDeliver, jitterPercent, value) => {
          const longestMs = Math.max(0, ...steps) * (1 + jitterPercent / 200);
          for (let attempt = 1; ; attempt++) {
            const random = () => value;
            const next = nextDelivery({
              attempt,
              maxDeliver,
              backoffMs: steps,
              jitterPercent,
              random,
            });
            if (next.kind === 'exhausted') return attempt === maxDeliver;
            if (next.delayMs < 0 || next.delayMs > longestMs + 1) return false;
          }
        },
      ),
    );
  });
});
