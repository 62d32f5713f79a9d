import { DEFAULT_SETTINGS, type SubjectSettings } from '@beamline/backpressure/core';
import type { Account } from './account.js';
import { type Contender, protectionOf } from './contenders.js';
import { figuresOf, type PhaseFigures } from './figures.js';
import { simulate } from './simulate.js';
import type { Workload } from './workloads.js';

/** One run of a contender on a workload. */
export interface Run {
  readonly seed: number;
  readonly focus: PhaseFigures;
  /** The phase after the focus; `undefined`: there is none. */
  readonly after: PhaseFigures | undefined;
  readonly account: Account;
}

/** All runs of a contender on a workload. */
export interface ContenderRuns {
  readonly contender: Contender;
  readonly runs: readonly Run[];
}

export interface CompareOptions {
  readonly contenders: readonly Contender[];
  /** Default: the contract's. */
  readonly settings?: SubjectSettings | undefined;
  /** One run each. Default: 1. */
  readonly seeds?: readonly number[];
}

/** Runs every contender on a workload, once per seed. */
export function compare(
  workload: Workload,
  { contenders, settings = DEFAULT_SETTINGS, seeds = [1] }: CompareOptions,
): ContenderRuns[] {
  return contenders.map((contender) => ({
    contender,
    runs: seeds.map((seed) => runOnce(workload, contender, settings, seed)),
  }));
}

function runOnce(
  { scenario, focus }: Workload,
  contender: Contender,
  settings: SubjectSettings,
  seed: number,
): Run {
  const account = simulate(scenario, protectionOf(contender, scenario, settings), seed);
  return {
    seed,
    account,
    focus: figuresOf(account, focus),
    after: account.phases.length > focus + 1 ? figuresOf(account, focus + 1) : undefined,
  };
}
