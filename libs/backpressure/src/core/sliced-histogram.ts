import { bucketOf, HISTOGRAM_BUCKETS, sparse } from './log-histogram.js';
import type { SparseCounts } from './replica-report.js';

/** How long a {@link SlicedHistogram} remembers. */
export interface SliceOptions {
  /** Length of a slice, in milliseconds. Default 1 000. */
  readonly sliceMs?: number;
  /** Slices kept, the running one included. Default 10. */
  readonly slices?: number;
}

/**
 * A histogram of the last seconds. Samples are forgotten by whole slices, so that recording is one addition and memory
 * is fixed: 10 kB with the defaults. A clock that was set back, or that jumped ahead by the whole window, empties it.
 */
export class SlicedHistogram {
  readonly #sliceMs: number;
  readonly #slices: readonly Uint32Array[];
  /** Number of the running slice since the clock's origin. */
  #running = Number.NEGATIVE_INFINITY;

  constructor({ sliceMs = 1_000, slices = 10 }: SliceOptions = {}) {
    this.#sliceMs = sliceMs;
    this.#slices = Array.from({ length: slices }, () => new Uint32Array(HISTOGRAM_BUCKETS));
  }

  /** Takes a sample. What is no duration is left out. */
  record(latencyMs: number, nowMs: number): void {
    if (!(latencyMs >= 0 && latencyMs < Infinity)) return;
    this.#turnTo(nowMs);
    const slice = this.#sliceOf(this.#running);
    const bucket = bucketOf(latencyMs);
    slice[bucket] = (slice[bucket] ?? 0) + 1;
  }

  /** The samples that are fresh now, for others to merge. */
  counts(nowMs: number): SparseCounts {
    this.#turnTo(nowMs);
    const sums = new Float64Array(HISTOGRAM_BUCKETS);
    for (const slice of this.#slices) {
      for (let bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket += 1) {
        sums[bucket] = (sums[bucket] ?? 0) + (slice[bucket] ?? 0);
      }
    }
    return sparse(sums);
  }

  #turnTo(nowMs: number): void {
    const now = Math.floor(nowMs / this.#sliceMs);
    const passed = now - this.#running;
    if (passed === 0) return;
    if (passed < 0 || passed >= this.#slices.length) {
      for (const slice of this.#slices) slice.fill(0);
    } else {
      for (let number = this.#running + 1; number <= now; number += 1) {
        this.#sliceOf(number).fill(0);
      }
    }
    this.#running = now;
  }

  #sliceOf(number: number): Uint32Array {
    const { length } = this.#slices;
    return this.#slices[((number % length) + length) % length] ?? new Uint32Array(0);
  }
}
