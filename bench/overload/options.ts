import { parseArgs } from 'node:util';
import { repoPath } from '../harness/repo-path.js';

/** How thorough a run is. */
export interface OverloadOptions {
  /** Workloads to run, by id; empty: all. */
  readonly only: readonly string[];
  readonly runs: number;
  /** Length of all phases, as a multiple of the usual. */
  readonly scale: number;
  /** A recorded trace instead of the fitted generator. */
  readonly tracePath: string | undefined;
  /** A run to see that everything works: its figures are nobody's business. */
  readonly isSmoke: boolean;
  readonly resultsFolder: string;
  readonly plotsFolder: string;
}

function numberIn(name: string, text: string, { from, to }: { from: number; to: number }): number {
  const value = Number(text);
  if (!(value >= from && value <= to)) {
    throw new RangeError(`--${name} must be a number from ${from} to ${to} (got ${text})`);
  }
  return value;
}

/**
 * Reads the command line: `--only <workload>` (may be repeated), `--runs <n>` (default 5), `--scale <x>` (default 1), `--smoke`; and
 * the variable `TRACE`. Results of anything but a full run go to `bench/results/quick`, which git ignores, unless `--publish` says
 * that they shall replace the published ones: so can a long bench be run in parts.
 */
export function overloadOptions(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): OverloadOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      runs: { type: 'string', default: '5' },
      scale: { type: 'string', default: '1' },
      smoke: { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
    },
  });
  const runs = Math.round(numberIn('runs', values.runs, { from: 1, to: 50 }));
  const scale = numberIn('scale', values.scale, { from: 0.1, to: 20 });
  const isShort = values.smoke || runs < 5 || scale < 1;
  const folder = repoPath('bench/results', isShort && !values.publish ? 'quick' : '');
  return {
    only: values.only,
    runs: values.smoke ? 1 : runs,
    scale: values.smoke && values.only.length > 0 ? 0.2 : scale,
    tracePath: env['TRACE'],
    isSmoke: values.smoke,
    resultsFolder: folder,
    plotsFolder: `${folder}/plots`,
  };
}
