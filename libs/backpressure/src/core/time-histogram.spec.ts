import { TimeHistogram } from './time-histogram.js';

function histogramOf(samples: Iterable<number>, halveAt = 1_000): TimeHistogram {
  const histogram = new TimeHistogram(halveAt);
  for (const sample of samples) histogram.record(sample);
  return histogram;
}

it('tells percentiles within the width of a bucket', () => {
  const histogram = histogramOf(Array.from({ length: 1_000 }, (_, n) => n + 1));

  for (const q of [0.1, 0.5, 0.9, 0.99]) {
    expect(Math.abs(Math.log2(histogram.quantile(q) / (q * 1_000)))).toBeLessThan(3 / 8);
  }
});

it('gives the same value for every percentile of equal samples', () => {
  const histogram = histogramOf(Array.from({ length: 50 }, () => 20));

  expect(Math.abs(Math.log2(histogram.quantile(0.01) / 20))).toBeLessThan(3 / 8);
  expect(Math.abs(Math.log2(histogram.quantile(1) / 20))).toBeLessThan(3 / 8);
});

it('never falls as the percentile rises', () => {
  const histogram = histogramOf([1, 2, 4, 8, 500, 500, 70_000]);
  const quantiles = [0.1, 0.2, 0.4, 0.6, 0.8, 0.99, 1].map((q) => histogram.quantile(q));

  expect(quantiles).toEqual(quantiles.toSorted((a, b) => a - b));
});

it('knows the mean exactly', () => {
  expect(histogramOf([1, 2, 6]).meanMs).toBe(3);
});

it('tells nothing without samples', () => {
  expect(histogramOf([]).quantile(0.5)).toBe(0);
  expect(histogramOf([]).meanMs).toBe(0);
});

it('puts what is shorter or longer than its range to the ends', () => {
  const histogram = histogramOf([0, 0.001]);
  expect(histogram.quantile(1)).toBeCloseTo(0.05);
  expect(histogramOf([1e12]).quantile(0.5)).toBeGreaterThan(500_000);
});

it('lets old samples fade', () => {
  const histogram = histogramOf(
    [...Array.from({ length: 100 }, () => 10), ...Array.from({ length: 300 }, () => 1_000)],
    100,
  );

  expect(histogram.count).toBeLessThanOrEqual(100);
  expect(histogram.quantile(0.2)).toBeGreaterThan(500);
  expect(histogram.meanMs).toBeGreaterThan(800);
});
