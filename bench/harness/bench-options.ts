import { parseArgs } from 'node:util';
import type { LoadOptions } from '../load/closed-loop.js';
import { repoPath } from './repo-path.js';

/** How thorough a run is. */
export interface BenchOptions {
  readonly quick: boolean;
  /** Measured rounds per contender. One more is run first and thrown away. */
  readonly rounds: number;
  /** Length of one load window, in milliseconds. */
  readonly windowMs: number;
  /** Length of the first window, which warms up and is thrown away, in milliseconds. */
  readonly warmUpMs: number;
  /** Requests that a load generator keeps in flight. */
  readonly inFlight: number;
  /** Where the JSON goes. */
  readonly resultsFolder: string;
}

/**
 * Reads `--quick` and `--rounds <n>` from a command line.
 * A quick run is for shaking out the harness: its results go to `bench/results/quick`, which git ignores.
 */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' } },
  });
  const { quick } = values;
  const rounds = Number(values.rounds ?? (quick ? 3 : 7));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new RangeError(`--rounds must be a whole number from 1 to 100 (got ${values.rounds})`);
  }
  return {
    quick,
    rounds,
    windowMs: quick ? 400 : 1_500,
    warmUpMs: quick ? 1_200 : 2_500,
    inFlight: 64,
    resultsFolder: repoPath('bench/results', quick ? 'quick' : ''),
  };
}

/** The load window of a round. */
export const windowOf = (options: BenchOptions, isWarmUp: boolean): LoadOptions => ({
  inFlight: options.inFlight,
  windowMs: isWarmUp ? options.warmUpMs : options.windowMs,
});
