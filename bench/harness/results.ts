import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './machine.js';
import { summarize } from './statistics.js';

/** What a figure shall be. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** One line of a table: the median of `runs` rounds. */
export interface Row {
  readonly row: string;
  readonly value: number;
  readonly unit: string;
  /** `>= n` or `<= n`; `null` where the figure stands for itself. */
  readonly target: string | null;
  readonly met: boolean | null;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

/** The file `bench/results/<name>.json`. */
export interface Report {
  readonly rows: readonly Row[];
  readonly machine: Machine;
  /** ISO 8601. */
  readonly date: string;
  /** Short hash, with `+` where the working tree had changes. */
  readonly commit: string;
}

/** Four significant digits: more would be noise. */
const rounded = (value: number): number => Number(value.toPrecision(4));

const isMet = (value: number, target: Target): boolean =>
  'atLeast' in target ? value >= target.atLeast : value <= target.atMost;

const spelled = (target: Target): string =>
  'atLeast' in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`;

/** Makes the row of a figure from its rounds. The target is held against the unrounded median. */
export function rowOf(row: string, unit: string, rounds: readonly number[], target?: Target): Row {
  const { value, min, max, runs } = summarize(rounds);
  return {
    row,
    value: rounded(value),
    unit,
    target: target === undefined ? null : spelled(target),
    met: target === undefined ? null : isMet(value, target),
    min: rounded(min),
    max: rounded(max),
    runs,
  };
}

/** Writes `<folder>/<name>.json` and answers its path. */
export function writeReport(folder: string, name: string, report: Report): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.json`);
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  return path;
}
