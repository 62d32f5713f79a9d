import { percentileRank } from './latency-window.js';
import type { SparseCounts } from './replica-report.js';

const PER_OCTAVE = 8;
const FIRST_BOUND_MS = 2 ** -10;
const OCTAVES = 30;
const GAMMA = 2 ** (1 / PER_OCTAVE);

/** Buckets of the project's histograms: up to 1 us, then eight per doubling up to 17 minutes, which also takes what is beyond. */
export const HISTOGRAM_BUCKETS = OCTAVES * PER_OCTAVE + 1;

/**
 * Bucket of a duration. Logarithmic bounds give quantiles within 4.4 % of the true ones, and histograms with the same
 * bounds can be merged without losing anything, which averages of percentiles cannot (DDSketch: Masson, Rim, Lee, VLDB
 * 2019).
 */
export function bucketOf(latencyMs: number): number {
  const steps = Math.ceil(Math.log2(latencyMs / FIRST_BOUND_MS) * PER_OCTAVE);
  return Math.min(HISTOGRAM_BUCKETS - 1, Math.max(0, steps));
}

/** The duration that stands for a bucket, in milliseconds: at most 4.4 % from everything in it. */
export function latencyOfBucket(bucket: number): number {
  if (bucket === 0) return 0;
  return (FIRST_BOUND_MS * GAMMA ** bucket * 2) / (GAMMA + 1);
}

/** Leaves out the empty buckets. */
export function sparse(counts: ArrayLike<number>): SparseCounts {
  const pairs: number[] = [];
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    const count = counts[bucket] ?? 0;
    if (count > 0) pairs.push(bucket, count);
  }
  return pairs;
}

/** The histogram of all samples of several histograms. */
export function mergeCounts(histograms: Iterable<SparseCounts>): SparseCounts {
  const sums = new Float64Array(HISTOGRAM_BUCKETS);
  for (const pairs of histograms) {
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      const bucket = pairs[index] ?? 0;
      sums[bucket] = (sums[bucket] ?? 0) + (pairs[index + 1] ?? 0);
    }
  }
  return sparse(sums);
}

/** Samples of a histogram. */
export function totalOfCounts(pairs: SparseCounts): number {
  let total = 0;
  for (let index = 1; index < pairs.length; index += 2) total += pairs[index] ?? 0;
  return total;
}

/** Quantile `p` (0 to 1) by rank, in milliseconds; `undefined` when the histogram is empty. */
export function quantileOfCounts(pairs: SparseCounts, p: number): number | undefined {
  const total = totalOfCounts(pairs);
  if (total === 0) return undefined;
  const rank = percentileRank(total, p);
  let seen = 0;
  let bucket = 0;
  for (let index = 0; index + 1 < pairs.length && seen < rank; index += 2) {
    bucket = pairs[index] ?? 0;
    seen += pairs[index + 1] ?? 0;
  }
  return latencyOfBucket(bucket);
}
