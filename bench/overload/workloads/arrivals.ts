import { placed, type Phase } from './phase.js';
import { exponential } from './random.js';

/** Everything that is decided about a run's requests before it starts. All arrays have one entry per request. */
export interface Arrivals {
  /** When each request shall be sent, in milliseconds from the start of the run. */
  readonly atMs: Float64Array;
  /** Index into the workload's classes. */
  readonly classOf: Uint8Array;
  /** Number of its tenant. */
  readonly tenantOf: Uint8Array;
  /** Service time of each, as a multiple of an ordinary one; empty: all are ordinary. */
  readonly work: Float32Array;
}

/** Poisson arrivals: exponential gaps at the rate of the phase. @param ratePerSecond What a load of 1 means. */
export function poissonTimes(
  phases: readonly Phase[],
  ratePerSecond: number,
  random: () => number,
): Float64Array {
  const times: number[] = [];
  for (const { fromMs, toMs, load } of placed(phases)) {
    const meanGapMs = 1_000 / (ratePerSecond * load);
    for (
      let atMs = fromMs + exponential(random) * meanGapMs;
      atMs < toMs;
      atMs += exponential(random) * meanGapMs
    ) {
      times.push(atMs);
    }
  }
  return Float64Array.from(times);
}

/** Draws the index of a share for each of `count` requests. */
export function drawShares(
  shares: readonly number[],
  count: number,
  random: () => number,
): Uint8Array {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const drawOne = (): number => {
    let left = random() * total;
    const index = shares.findIndex((share) => (left -= share) < 0);
    return Math.max(0, index);
  };
  return Uint8Array.from({ length: count }, drawOne);
}
