import { parseArgs } from 'node:util';
import type { BenchOptions } from '../harness/bench-options.js';
import { repoPath } from '../harness/repo-path.js';

/** How thorough a run is. */
export interface GatewayBenchOptions extends Pick<BenchOptions, 'resultsFolder'> {
  readonly rounds: number;
  /** Length of all phases, as a multiple of the usual. */
  readonly scale: number;
  /** Whether only the cost of a check is measured. */
  readonly isCheckOnly: boolean;
}

function numberIn(name: string, text: string, { from, to }: { from: number; to: number }): number {
  const value = Number(text);
  if (!(value >= from && value <= to)) {
    throw new RangeError(`--${name} must be a number from ${from} to ${to} (got ${text})`);
  }
  return value;
}

/**
 * Reads the command line: `--rounds <n>` (default 5), `--scale <x>` (default 1), `--check-only`. Results of fewer than five rounds, of
 * a smaller scale or of the check alone go to `bench/results/quick`, which git ignores.
 */
export function gatewayBenchOptions(args: readonly string[]): GatewayBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      scale: { type: 'string', default: '1' },
      'check-only': { type: 'boolean', default: false },
    },
  });
  const rounds = Math.round(numberIn('rounds', values.rounds, { from: 1, to: 50 }));
  const scale = numberIn('scale', values.scale, { from: 0.1, to: 20 });
  const isCheckOnly = values['check-only'];
  const isShort = isCheckOnly || rounds < 5 || scale < 1;
  return {
    rounds,
    scale,
    isCheckOnly,
    resultsFolder: repoPath('bench/results', isShort ? 'quick' : ''),
  };
}
