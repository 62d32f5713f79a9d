import type { ContenderRuns } from './compare.js';
import type { PhaseFigures } from './figures.js';
import type { Workload } from './workloads.js';

/** The figures of a workload, for other programs. */
export interface WorkloadReport {
  readonly workload: string;
  readonly title: string;
  readonly results: readonly {
    readonly controller: string;
    readonly title: string;
    readonly runs: readonly {
      readonly seed: number;
      readonly focus: PhaseFigures;
      readonly after: PhaseFigures | null;
    }[];
  }[];
}

export function reportOf(
  { name, title }: Workload,
  rows: readonly ContenderRuns[],
): WorkloadReport {
  return {
    workload: name,
    title,
    results: rows.map(({ contender, runs }) => ({
      controller: contender.name,
      title: contender.title,
      runs: runs.map(({ seed, focus, after }) => ({ seed, focus, after: after ?? null })),
    })),
  };
}
