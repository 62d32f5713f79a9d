/**
 * Percentile by the contract's rank rule: of `n` ascending samples the one at the 1-based position
 * `max(1, round(n * p))`, truncated. Nearest rank with rounding, no interpolation. `undefined` without samples.
 */
export function percentileByRank(samples: readonly number[], p: number): number | undefined {
  const sorted = new Float64Array(samples).toSorted();
  const value = sorted[percentileRank(sorted.length, p) - 1];
  return value === undefined ? undefined : Math.trunc(value);
}

/** The 95th percentile by {@link percentileByRank}. */
export function p95ByRank(samples: readonly number[]): number | undefined {
  return percentileByRank(samples, 0.95);
}

/** 1-based position of a percentile among `n` ascending samples. */
export function percentileRank(n: number, p: number): number {
  return Math.max(1, Math.round(n * p));
}

/**
 * The newest latencies of a subject: at most `size`, and none older than `maxAgeMs`. Without the age limit, a subject
 * whose requests are all refused would never see another sample, and its p95 would stay as bad as it was for ever.
 * Memory: 16 bytes per sample, allocated as they come.
 */
export class LatencyWindow {
  #latencies: number[] = [];
  #times: number[] = [];
  /** Where the next sample goes once the window is full: the oldest one's place. */
  #next = 0;
  #newestMs = Number.NEGATIVE_INFINITY;

  /** @throws RangeError when `size` or `maxAgeMs` is not 1 or more. */
  constructor(
    private readonly size: number,
    private readonly maxAgeMs: number,
  ) {
    if (!(Number.isInteger(size) && size >= 1)) {
      throw new RangeError(`size must be a whole number, 1 or more (got ${size})`);
    }
    if (!(maxAgeMs >= 1)) throw new RangeError(`maxAgeMs must be 1 or more (got ${maxAgeMs})`);
  }

  /** Samples kept, of whatever age. */
  get count(): number {
    return this.#latencies.length;
  }

  /** Takes a sample. What is no duration is left out. */
  record(latencyMs: number, nowMs: number): void {
    if (!(latencyMs >= 0 && latencyMs < Infinity)) return;
    this.#noticeTime(nowMs);
    this.#latencies[this.#next] = latencyMs;
    this.#times[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.size;
  }

  /** p95 of the samples that are fresh now, in whole milliseconds; `undefined` when there is none. */
  p95(nowMs: number): number | undefined {
    this.#noticeTime(nowMs);
    const oldestMs = nowMs - this.maxAgeMs;
    return p95ByRank(this.#latencies.filter((_, index) => (this.#times[index] ?? 0) >= oldestMs));
  }

  /** A clock that was set back makes the ages of all samples unknown: they are forgotten rather than kept too long. */
  #noticeTime(nowMs: number): void {
    if (nowMs < this.#newestMs) {
      this.#latencies = [];
      this.#times = [];
      this.#next = 0;
    }
    this.#newestMs = nowMs;
  }
}
