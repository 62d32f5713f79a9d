import fc from 'fast-check';
import { bucketOf, HISTOGRAM_BUCKETS, sparse } from './log-histogram.js';
import { SlicedHistogram } from './sliced-histogram.js';

const total = (histogram: SlicedHistogram, nowMs: number): number =>
  histogram.counts(nowMs).reduce((sum, value, index) => (index % 2 === 1 ? sum + value : sum), 0);

it('keeps ten slices of a second unless told otherwise', () => {
  const histogram = new SlicedHistogram();
  histogram.record(5, 999);

  expect(total(histogram, 9_999)).toBe(1);
  expect(total(histogram, 10_000)).toBe(0);
});

it('counts what is fresh', () => {
  const histogram = new SlicedHistogram({ sliceMs: 100, slices: 2 });
  histogram.record(50, 0);
  histogram.record(1, 100);

  expect(histogram.counts(199)).toEqual([bucketOf(1), 1, bucketOf(50), 1]);
  expect(histogram.counts(200)).toEqual([bucketOf(1), 1]);
  expect(histogram.counts(300)).toEqual([]);
});

it.each([Number.NaN, -1, Infinity])('leaves %s out', (latencyMs) => {
  const histogram = new SlicedHistogram();

  histogram.record(latencyMs, 0);

  expect(histogram.counts(0)).toEqual([]);
});

it('takes 0 for a duration', () => {
  const histogram = new SlicedHistogram();

  histogram.record(0, 0);

  expect(histogram.counts(0)).toEqual([0, 1]);
});

it('forgets everything when the clock is set back, and goes on from there', () => {
  const histogram = new SlicedHistogram({ sliceMs: 100, slices: 3 });
  histogram.record(5, 1_000);

  expect(total(histogram, 899)).toBe(0);
  histogram.record(7, 900);
  expect(total(histogram, 1_000)).toBe(1);
});

it('works on a clock that shows negative times', () => {
  const histogram = new SlicedHistogram({ sliceMs: 100, slices: 3 });
  histogram.record(5, -1_050);
  histogram.record(5, -950);

  expect(total(histogram, -850)).toBe(2);
  expect(total(histogram, -750)).toBe(1);
});

it('forgets by whole slices, and nothing that is younger than all slices but one', () => {
  const steps = fc.array(fc.tuple(fc.nat(700), fc.double({ min: 0.01, max: 1e5, noNaN: true })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(steps, fc.nat(1_000), (history, lateMs) => {
      const histogram = new SlicedHistogram({ sliceMs: 100, slices: 5 });
      const samples: { slice: number; bucket: number }[] = [];
      let nowMs = 0;
      for (const [afterMs, latencyMs] of history) {
        nowMs += afterMs;
        histogram.record(latencyMs, nowMs);
        samples.push({ slice: Math.floor(nowMs / 100), bucket: bucketOf(latencyMs) });
      }
      nowMs += lateMs;
      const expected = Array.from({ length: HISTOGRAM_BUCKETS }, () => 0);
      for (const { slice, bucket } of samples) {
        if (Math.floor(nowMs / 100) - slice < 5) expected[bucket]! += 1;
      }

      expect(histogram.counts(nowMs)).toEqual(sparse(expected));
    }),
  );
});
