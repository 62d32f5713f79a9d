import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PhaseFigures, WorkloadReport } from '@beamline/simulator/core';

const ROOT = join(__dirname, '../..');
const LIMIT_MS = 200_000;
const PROCESSES = 2;

/** What is simulated: every controller on every workload. */
export interface Wanted {
  readonly workloads: readonly string[];
  readonly controllers: readonly string[];
  /** Runs of each, with seeds from 1 on. */
  readonly runs: number;
}

type Figure = (figures: PhaseFigures) => number;

/** Figures of runs, one value per run. */
export class Simulated {
  constructor(private readonly reports: readonly WorkloadReport[]) {}

  /** Of the phase that the workload is about. */
  during(workload: string, figure: Figure, controller = 'beamline'): number[] {
    return this.runsOf(workload, controller).map(({ focus }) => figure(focus));
  }

  /** Of the phase after that. */
  after(workload: string, figure: Figure, controller = 'beamline'): number[] {
    return this.runsOf(workload, controller).map(({ after }) => figure(required(after)));
  }

  with({ reports }: Simulated): Simulated {
    return new Simulated([...this.reports, ...reports]);
  }

  private runsOf(workload: string, controller: string) {
    const results = this.reports
      .filter((report) => report.workload === workload)
      .flatMap((report) => report.results);
    return required(results.find((result) => result.controller === controller)).runs;
  }
}

/**
 * Simulates by `npm run simulate`, in processes of its own that share the workloads: the same figures as users see, and several times as fast as under the test
 * runner, whose sandbox makes every use of a global dear.
 */
export async function simulated({ workloads, ...wanted }: Wanted): Promise<Simulated> {
  const shares = Array.from({ length: PROCESSES }, (_, process) =>
    workloads.filter((__, place) => place % PROCESSES === process),
  ).filter((share) => share.length > 0);
  const reports = await Promise.all(
    shares.map((share) => reportsOf({ ...wanted, workloads: share })),
  );
  return new Simulated(reports.flat());
}

async function reportsOf({ workloads, controllers, runs }: Wanted): Promise<WorkloadReport[]> {
  const folder = mkdtempSync(join(tmpdir(), 'beamline-simulation-'));
  try {
    const names = [
      ...workloads.flatMap((name) => ['--workload', name]),
      ...controllers.flatMap((name) => ['--controller', name]),
    ];
    await run([...names, '--runs', String(runs), '--out', folder]);
    return JSON.parse(readFileSync(join(folder, 'figures.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(args: readonly string[]): Promise<void> {
  const script = join(ROOT, 'scripts/simulate.mjs');
  return new Promise((done, failed) => {
    const options = { cwd: ROOT, timeout: LIMIT_MS };
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
      if (error) failed(new Error(`${error.message}\n${stdout}\n${stderr}`));
      else done();
    });
  });
}

export const least = (values: readonly number[]): number => Math.min(...values);
export const most = (values: readonly number[]): number => Math.max(...values);

function required<Value>(value: Value | null | undefined): Value {
  if (value === undefined || value === null) {
    throw new Error('there is no such workload, controller or phase');
  }
  return value;
}
