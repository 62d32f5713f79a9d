import fc from 'fast-check';
import { LatencyWindow, p95ByRank, percentileByRank, percentileRank } from './latency-window.js';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

it.each`
  n       | p95    | because
  ${1}    | ${1}   | ${'one sample is every percentile'}
  ${10}   | ${10}  | ${'9.5 rounds up'}
  ${100}  | ${95}  | ${'no interpolation'}
  ${9}    | ${9}   | ${'8.55 rounds up'}
  ${8}    | ${8}   | ${'7.6 rounds up'}
  ${7}    | ${7}   | ${'6.65 rounds up'}
  ${28}   | ${27}  | ${'26.6 rounds up'}
  ${29}   | ${28}  | ${'27.55 rounds up'}
  ${26}   | ${25}  | ${'24.7 rounds up'}
  ${25}   | ${24}  | ${'23.75 rounds up'}
  ${46}   | ${44}  | ${'43.7 rounds up'}
  ${48}   | ${46}  | ${'45.6 rounds up'}
  ${44}   | ${42}  | ${'41.8 rounds up'}
  ${24}   | ${23}  | ${'22.8 rounds up'}
  ${1000} | ${950} | ${'the whole window'}
`('takes the sample at round(n * 0.95): $n samples → $p95, since $because', ({ n, p95 }) => {
  expect(p95ByRank(upTo(n).toReversed())).toBe(p95);
});

it('takes the first sample where the rank would be 0', () => {
  expect(percentileRank(1, 0.1)).toBe(1);
  expect(percentileByRank([7, 3], 0)).toBe(3);
});

it('truncates', () => {
  expect(p95ByRank([99.99])).toBe(99);
});

it('sorts numbers as numbers', () => {
  expect(percentileByRank([10, 9, 100, 1], 0.5)).toBe(9);
});

it('knows no percentile of nothing', () => {
  expect(p95ByRank([])).toBeUndefined();
  expect(new LatencyWindow(3, 1_000).p95(0)).toBeUndefined();
});

it('keeps the newest samples only', () => {
  const window = new LatencyWindow(3, 1_000);

  for (const latencyMs of [900, 800, 1, 2, 3]) window.record(latencyMs, 0);

  expect(window.count).toBe(3);
  expect(window.p95(0)).toBe(3);
});

it('forgets a sample when it is older than allowed, not before', () => {
  const window = new LatencyWindow(3, 1_000);
  window.record(50, 100);
  window.record(10, 1_100);

  expect(window.p95(1_100)).toBe(50);
  expect(window.p95(1_101)).toBe(10);
  expect(window.p95(2_101)).toBeUndefined();
});

it.each([Number.NaN, -1, Infinity])('leaves %s out', (latencyMs) => {
  const window = new LatencyWindow(3, 1_000);

  window.record(latencyMs, 0);

  expect(window.count).toBe(0);
});

it('takes 0 for a duration', () => {
  const window = new LatencyWindow(3, 1_000);

  window.record(0, 0);

  expect(window.p95(0)).toBe(0);
});

it('forgets everything when the clock is set back, and goes on from there', () => {
  const window = new LatencyWindow(3, 1_000);
  for (let sample = 0; sample < 4; sample += 1) window.record(900, 10_000);

  expect(window.p95(5_000)).toBeUndefined();
  window.record(7, 5_001);
  expect(window.count).toBe(1);
  expect(window.p95(5_002)).toBe(7);
  expect(window.p95(10_000)).toBeUndefined();
});

it('forgets everything that was recorded before the clock was set back', () => {
  const window = new LatencyWindow(3, 1_000);
  window.record(900, 10_000);

  window.record(7, 9_999);

  expect(window.p95(10_000)).toBe(7);
});

it.each([
  [0, 1, 'size must be a whole number, 1 or more (got 0)'],
  [1.5, 1, 'size must be a whole number, 1 or more (got 1.5)'],
  [Number.NaN, 1, 'size must be a whole number, 1 or more (got NaN)'],
  [1, 0.5, 'maxAgeMs must be 1 or more (got 0.5)'],
  [1, Number.NaN, 'maxAgeMs must be 1 or more (got NaN)'],
])('refuses a size of %s with an age of %s', (size, maxAgeMs, message) => {
  expect(() => new LatencyWindow(size, maxAgeMs)).toThrow(new RangeError(message));
});

it('accepts the smallest window', () => {
  const window = new LatencyWindow(1, 1);
  window.record(1, 0);
  window.record(2, 1);

  expect(window.p95(1)).toBe(2);
});

it('is the rank rule over the newest samples that are young enough, for every history', () => {
  const history = fc.array(fc.tuple(fc.nat(500), fc.integer({ min: 0, max: 100_000 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 20 }), fc.nat(3_000), (steps, size, lateMs) => {
      const window = new LatencyWindow(size, 2_000);
      const samples: { atMs: number; latencyMs: number }[] = [];
      let nowMs = 0;
      for (const [afterMs, latencyMs] of steps) {
        nowMs += afterMs;
        window.record(latencyMs, nowMs);
        samples.push({ atMs: nowMs, latencyMs });
      }
      nowMs += lateMs;
      const fresh = samples.slice(-size).filter(({ atMs }) => nowMs - atMs <= 2_000);

      expect(window.p95(nowMs)).toBe(p95ByRank(fresh.map(({ latencyMs }) => latencyMs)));
      expect(window.count).toBe(Math.min(size, steps.length));
    }),
  );
});
