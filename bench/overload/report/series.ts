import { median } from '../../harness/statistics.js';
import { ENDINGS } from '../load/load-messages.js';
import { latencyMs, type RunResult } from '../measure/run-result.js';
import { lengthMs } from '../workloads/phase.js';

/** Points of a curve: seconds, and multiples of the capacity. */
export type Points = readonly (readonly [number, number])[];

const SLICE_MS = 250;

/** Events per second in each slice of a run, as a multiple of the capacity. */
function ratesOf(run: RunResult, timesMs: readonly number[]): readonly number[] {
  const rates = Array.from({ length: Math.ceil(lengthMs(run.phases) / SLICE_MS) }, () => 0);
  const one = 1_000 / SLICE_MS / run.capacityPerSecond;
  for (const timeMs of timesMs) {
    const slice = Math.floor(timeMs / SLICE_MS);
    if (slice < rates.length) rates[slice] = (rates[slice] ?? 0) + one;
  }
  return rates;
}

/** The median of the runs, slice by slice. */
function middle(runs: readonly (readonly number[])[]): Points {
  const slices = Math.min(...runs.map((rates) => rates.length));
  return Array.from({ length: slices }, (_, slice) => [
    ((slice + 0.5) * SLICE_MS) / 1_000,
    median(runs.map((rates) => rates[slice] ?? 0)),
  ]);
}

const goodTimes = (run: RunResult): number[] =>
  [...run.attempts.endMs].filter(
    (_, number) =>
      run.attempts.ending[number] === ENDINGS.ok && latencyMs(run, number) <= run.sloMs,
  );

/** Answers in time over the time of the run. */
export const goodputOver = (runs: readonly RunResult[]): Points =>
  middle(runs.map((run) => ratesOf(run, goodTimes(run))));

/** What was sent, retries included, over the time of the run. */
export const offeredOver = (runs: readonly RunResult[]): Points =>
  middle(runs.map((run) => ratesOf(run, [...run.attempts.intendedMs])));
