import fc from 'fast-check';
import { percentileByRank } from './latency-window.js';
import {
  bucketOf,
  HISTOGRAM_BUCKETS,
  latencyOfBucket,
  mergeCounts,
  quantileOfCounts,
  sparse,
  totalOfCounts,
} from './log-histogram.js';
import type { SparseCounts } from './replica-report.js';

const aLatency = () => fc.double({ min: 0.001, max: 1_000_000, noNaN: true });

function histogramOf(latencies: readonly number[]): SparseCounts {
  const counts = Array.from({ length: HISTOGRAM_BUCKETS }, () => 0);
  for (const latencyMs of latencies) counts[bucketOf(latencyMs)]! += 1;
  return sparse(counts);
}

it('has eight buckets per doubling, from a microsecond to 17 minutes', () => {
  expect(HISTOGRAM_BUCKETS).toBe(241);
  expect(bucketOf(2 ** -10)).toBe(0);
  expect(bucketOf(2 ** -9)).toBe(8);
  expect(bucketOf(1)).toBe(80);
  expect(bucketOf(1.0001)).toBe(81);
  expect(bucketOf(2 ** 20)).toBe(240);
});

it.each([
  [0, 0],
  [0.0001, 0],
  [2 ** 30, 240],
])('takes %s ms into bucket %s, as far as the buckets go', (latencyMs, bucket) => {
  expect(bucketOf(latencyMs)).toBe(bucket);
});

it('calls what is below its first bound nothing', () => {
  expect(latencyOfBucket(0)).toBe(0);
  expect(latencyOfBucket(1)).toBeGreaterThan(2 ** -10);
});

it('tells a duration within 4.4 % by its bucket', () => {
  fc.assert(
    fc.property(aLatency(), (latencyMs) => {
      const told = latencyOfBucket(bucketOf(latencyMs));

      expect(Math.abs(told - latencyMs)).toBeLessThanOrEqual(latencyMs * 0.044);
    }),
  );
});

it('writes down only the buckets with something in them', () => {
  expect(sparse([0, 3, 0, 1])).toEqual([1, 3, 3, 1]);
  expect(sparse([])).toEqual([]);
});

it('merges to the histogram of all samples together', () => {
  fc.assert(
    fc.property(fc.array(fc.array(aLatency(), { maxLength: 30 }), { maxLength: 6 }), (replicas) => {
      const merged = mergeCounts(replicas.map(histogramOf));

      expect(merged).toEqual(histogramOf(replicas.flat()));
      expect(totalOfCounts(merged)).toBe(replicas.flat().length);
    }),
  );
});

it('does not care in which order, or in how many steps, histograms are merged', () => {
  const aHistogram = () => fc.array(aLatency(), { maxLength: 30 }).map(histogramOf);
  fc.assert(
    fc.property(aHistogram(), aHistogram(), aHistogram(), (a, b, c) => {
      expect(mergeCounts([mergeCounts([a, b]), c])).toEqual(mergeCounts([c, mergeCounts([b, a])]));
    }),
  );
});

it('tells quantiles within 4.4 % of the rank rule', () => {
  fc.assert(
    fc.property(
      fc.array(aLatency(), { minLength: 1, maxLength: 100 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (latencies, p) => {
        // In whole microseconds, since the rank rule truncates.
        const exact =
          (percentileByRank(
            latencies.map((ms) => ms * 1_000_000),
            p,
          ) ?? 0) / 1_000_000;
        const told = quantileOfCounts(histogramOf(latencies), p) ?? Number.NaN;

        expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * 0.0441);
      },
    ),
  );
});

it('takes the bucket that the rank falls into', () => {
  const counts = [10, 5, 20, 5];

  expect(quantileOfCounts(counts, 0.5)).toBe(latencyOfBucket(10));
  expect(quantileOfCounts(counts, 0.6)).toBe(latencyOfBucket(20));
  expect(quantileOfCounts(counts, 1)).toBe(latencyOfBucket(20));
});

it('knows no quantile of nothing', () => {
  expect(quantileOfCounts([], 0.95)).toBeUndefined();
  expect(totalOfCounts([])).toBe(0);
});
