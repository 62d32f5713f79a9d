import type { Attempts } from '../load/load-messages.js';
import type { Arrivals } from '../workloads/arrivals.js';
import type { PlacedPhase } from '../workloads/phase.js';

/** Everything that is known about one run of one contestant. */
export interface RunResult {
  readonly phases: readonly PlacedPhase[];
  readonly arrivals: Arrivals;
  readonly attempts: Attempts;
  /** What the bare handler delivered just before, per second. */
  readonly capacityPerSecond: number;
  readonly sloMs: number;
  readonly serverCpuMicros: number;
}

/** A stretch of a run. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Number of attempts that satisfy a condition. */
export function countAttempts(
  { attempts }: RunResult,
  isCounted: (number: number) => boolean,
): number {
  let count = 0;
  for (let number = 0; number < attempts.intendedMs.length; number += 1) {
    if (isCounted(number)) count += 1;
  }
  return count;
}

export const within = (atMs: number | undefined, { fromMs, toMs }: Span): boolean =>
  atMs !== undefined && atMs >= fromMs && atMs < toMs;

/** Latency of an attempt, from the time it was meant to be sent. */
export const latencyMs = ({ attempts }: RunResult, number: number): number =>
  (attempts.endMs[number] ?? 0) - (attempts.intendedMs[number] ?? 0);
