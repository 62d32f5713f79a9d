import { type Row, rowOf } from '../harness/results.js';
import { median, ratios } from '../harness/statistics.js';
import { FIGURES } from '../overload/measure/figures.js';
import type { RunResult } from '../overload/measure/run-result.js';
import type { PlacedPhase } from '../overload/workloads/phase.js';
import { type CaseFigure, CASES, type GatewayCase } from './cases.js';
import { GATEWAY_FIGURES } from './gateway-figures.js';
import { WAY_TITLES } from './ways.js';

const ALL_FIGURES = { ...FIGURES, ...GATEWAY_FIGURES };

const titleOf = ({ way, load }: GatewayCase): string => `${load}x, ${WAY_TITLES[way]}`;

function phaseOf({ phases }: RunResult, { over }: CaseFigure): PlacedPhase {
  const phase = phases.find(({ name }) => name === over);
  if (phase === undefined) throw new Error(`no phase ${over}`);
  return phase;
}

/** A row for each figure of a case; none where no run of it counts. */
export function caseRows(one: GatewayCase, results: readonly RunResult[]): Row[] {
  if (results.length === 0) return [];
  return one.figures.map((request) => {
    const { unit, of } = ALL_FIGURES[request.figure];
    const values = results.map((run) => of(run, phaseOf(run, request)));
    const after = request.over === 'drop' ? ' after the step' : '';
    return rowOf(`${titleOf(one)}: ${request.figure}${after}`, unit, values, request.target);
  });
}

const goodputs = (results: readonly RunResult[]): number[] =>
  results.map((run) => FIGURES.goodput.of(run, phaseOf(run, { figure: 'goodput', over: 'step' })));

/**
 * Goodput with gateways that are pushed to by that of the router alone, which is asked for twice what it can do. Round by round where all
 * rounds count, else by the median of the router alone.
 */
export function goodputRatioRows(runs: ReadonlyMap<GatewayCase, readonly RunResult[]>): Row[] {
  const [alone] = CASES.filter(({ way }) => way === 'none').map((one) =>
    goodputs(runs.get(one) ?? []),
  );
  if (alone === undefined || alone.length === 0) return [];
  return CASES.filter(({ way }) => way === 'push').flatMap((one) => {
    const ours = goodputs(runs.get(one) ?? []);
    if (ours.length === 0) return [];
    const theirs = ours.length === alone.length ? alone : ours.map(() => median(alone));
    const name = `${titleOf(one)}: goodput by that of the router alone at 2x`;
    return [rowOf(name, 'x', ratios(ours, theirs), { atLeast: 0.98 })];
  });
}
