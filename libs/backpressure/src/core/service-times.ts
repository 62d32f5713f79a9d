import { TimeHistogram } from './time-histogram.js';

/** Weight of a new sample in the mean: the memory of about fifty samples. */
const WEIGHT = 0.02;
/** Samples from which on the shape of the distribution is taken from what was measured. */
const SHAPE_SAMPLES = 200;
/** p99 over mean of a lognormal distribution with sigma 0.6, typical of services; until the shape is known. */
const ASSUMED_P99_RATIO = 3.4;
const MEDIAN_SAMPLES = 20;
const MEMORY_SAMPLES = 1_024;
/** A longer time than a day is a mistake of whoever reports. */
const MAX_MS = 86_400_000;

/** What is known of how long the work itself takes. */
export class ServiceTimes {
  readonly #histogram = new TimeHistogram(MEMORY_SAMPLES);
  #samples = 0;
  #meanMs = 0;

  /** 0 until something was reported. Follows a change within about fifty samples. */
  get meanMs(): number {
    return this.#meanMs;
  }

  /** Half of the work is done in this time; `undefined` until twenty samples. */
  get medianMs(): number | undefined {
    if (this.#histogram.count < MEDIAN_SAMPLES) return undefined;
    return this.#histogram.quantile(0.5);
  }

  /**
   * The 99th percentile. The mean follows a slower dependency much sooner than a histogram can, so the histogram gives
   * only the shape, p99 over mean, and the mean gives the scale.
   */
  get p99Ms(): number {
    const { count, meanMs } = this.#histogram;
    if (count < SHAPE_SAMPLES || meanMs === 0) return p99FromMean(this.#meanMs);
    return (this.#meanMs * this.#histogram.quantile(0.99)) / meanMs;
  }

  /** @returns `false` for what cannot be a time of service. */
  record(ms: number): boolean {
    if (!(ms >= 0 && ms <= MAX_MS)) return false;
    this.#samples += 1;
    // The first samples are averaged plainly: the mean must not stand on the first one for fifty more.
    this.#meanMs += (ms - this.#meanMs) * Math.max(WEIGHT, 1 / this.#samples);
    this.#histogram.record(ms);
    return true;
  }
}

/** An assumption for want of a distribution. */
export function p99FromMean(meanMs: number): number {
  return ASSUMED_P99_RATIO * meanMs;
}
