import type { Criticality } from '@beamline/backpressure/core';
import { type Account, type Fate, SLICE_MS, type Slice } from './account.js';
import type { PhaseSpan } from './scenario.js';

/** What became of the requests of one phase, and of the plant during it. Shares are 0 to 1; times in milliseconds. */
export interface PhaseFigures {
  /** Answers within the objective, by what could be had: the lesser of what was offered and what the plant could do. */
  readonly goodput: number;
  /** Refused attempts by all that reached a router. */
  readonly refused: number;
  /** Attempts that a gate held back, by all attempts. */
  readonly heldBack: number;
  /**
   * From the first refusal of a router in the phase until a gateway held something back: median of the gateways, where one that never did
   * counts with the rest of the phase. `undefined`: nothing was refused, or nothing held back.
   */
  readonly gateDelayMs: number | undefined;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** p99 from the fourth second of the phase on. */
  readonly steadyP99Ms: number;
  /** From the start of the phase to the end of the tenth of a second of the first refusal; `undefined`: none. */
  readonly firstRefusalMs: number | undefined;
  /** End of the last second of the phase whose p95 was above the objective; 0: none. */
  readonly protectedMs: number;
  /** End of the last tenth of a second in which more than 3 % were refused or p95 was above the objective; 0: none. */
  readonly calmMs: number;
  /** Most attempts in one second after the first, by the plant's capacity. */
  readonly peakAttempts: number;
  /** Seconds after the first in which more than 5 % of the attempts were refused. */
  readonly refusingSeconds: number;
  /** Share of the time from the third second on in which a status was `active`. */
  readonly active: { readonly reported: number; readonly effective: number };
  /** Requests first offered in this phase that were answered within the objective, at whichever attempt. */
  readonly success: number;
  readonly successByClass: Readonly<Record<Criticality, number>>;
  /** Jain's index of the tenants' success: 1 when all fare alike; 1 without tenants. */
  readonly fairness: number;
  readonly successByTenant: Readonly<Record<string, number>>;
}

const STEADY_FROM_MS = 3000;
const STATUS_FROM_MS = 2000;
const SECOND = 1000 / SLICE_MS;

/** By nearest rank; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Figures of one phase, from 0 on. */
export function figuresOf(account: Account, phaseIndex: number): PhaseFigures {
  const phase = account.phases[phaseIndex];
  const fates = account.fates[phaseIndex];
  if (!phase || !fates) throw new RangeError(`there is no phase ${phaseIndex}`);
  const slices = slicesBetween(account, phase.startMs, phase.endMs);
  const latencies = latenciesOf(slices);
  const tenants = [...fates.byTenant].map(([id, fate]) => [id, successOf(fate)] as const);
  return {
    goodput: sum(slices, 'good') / attainable(account, phase, slices),
    refused: share(sum(slices, 'refused'), sum(slices, 'attempts') - sum(slices, 'heldBack')),
    heldBack: share(sum(slices, 'heldBack'), sum(slices, 'attempts')),
    gateDelayMs: gateDelayOf(account, phase),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    steadyP99Ms: quantile(latenciesOf(slices.slice(STEADY_FROM_MS / SLICE_MS)), 0.99),
    ...timesOf(account, slices),
    active: activeOf(slices.slice(STATUS_FROM_MS / SLICE_MS)),
    success: successOf(fates.all),
    successByClass: {
      critical: successOf(fates.byClass.critical),
      default: successOf(fates.byClass.default),
      sheddable: successOf(fates.byClass.sheddable),
    },
    fairness: jain(tenants.map(([, success]) => success)),
    successByTenant: Object.fromEntries(tenants),
  };
}

/** A gateway may hold back before a router refuses anything: from the phase before it still knows what the router takes. */
function gateDelayOf({ firsts, scenario }: Account, phase: PhaseSpan): number | undefined {
  const { refusedMs, heldBackMs } = firsts[phase.index] ?? {};
  if (refusedMs === undefined || !heldBackMs?.size) return undefined;
  const delays = scenario.gateways.shares.map((_, gateway) =>
    Math.max(0, (heldBackMs.get(gateway) ?? phase.endMs) - refusedMs),
  );
  return quantile(delays, 0.5);
}

function timesOf(account: Account, slices: readonly Slice[]) {
  const { sloMs } = account.scenario;
  const seconds = inSeconds(slices);
  const later = seconds.slice(1);
  const first = slices.findIndex(({ refused }) => refused > 0);
  const isLate = (some: readonly Slice[]): boolean => quantile(latenciesOf(some), 0.95) > sloMs;
  return {
    firstRefusalMs: first < 0 ? undefined : (first + 1) * SLICE_MS,
    protectedMs: (seconds.findLastIndex(isLate) + 1) * 1000,
    calmMs: (slices.findLastIndex((slice) => refusesMany(slice) || isLate([slice])) + 1) * SLICE_MS,
    peakAttempts: Math.max(0, ...later.map((second) => sum(second, 'attempts') / account.capacity)),
    refusingSeconds: later.filter(
      (second) => sum(second, 'refused') > 0.05 * sum(second, 'attempts'),
    ).length,
  };
}

function activeOf(slices: readonly Slice[]): PhaseFigures['active'] {
  const times = (which: 'reported' | 'effective'): number =>
    slices.filter((slice) => slice[which] === 'active').length;
  return {
    reported: share(times('reported'), slices.length),
    effective: share(times('effective'), slices.length),
  };
}

function attainable(account: Account, phase: PhaseSpan, slices: readonly Slice[]): number {
  const seconds = (phase.endMs - phase.startMs) / 1000;
  const couldDo = (account.capacity / (phase.slowdown ?? 1)) * seconds;
  return Math.min(couldDo, sum(slices, 'offered')) || Number.NaN;
}

/** Slices of a stretch of time. */
function slicesBetween(account: Account, fromMs: number, toMs: number): readonly Slice[] {
  return account.slices.slice(Math.round(fromMs / SLICE_MS), Math.round(toMs / SLICE_MS));
}

/** Slices by the second. */
export function inSeconds(slices: readonly Slice[]): readonly (readonly Slice[])[] {
  return Array.from({ length: Math.ceil(slices.length / SECOND) }, (_, second) =>
    slices.slice(second * SECOND, (second + 1) * SECOND),
  );
}

export type CountName = 'offered' | 'attempts' | 'refused' | 'heldBack' | 'good';

export function sum(slices: readonly Slice[], name: CountName): number {
  return slices.reduce((total, slice) => total + slice[name], 0);
}

export function latenciesOf(slices: readonly Slice[]): number[] {
  return slices.flatMap(({ latenciesMs }) => latenciesMs);
}

const refusesMany = (slice: Slice): boolean => slice.refused > Math.max(2, 0.03 * slice.attempts);

const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

const successOf = ({ good, offered }: Fate): number => share(good, offered);

function jain(values: readonly number[]): number {
  const total = values.reduce((all, value) => all + value, 0);
  const squares = values.reduce((all, value) => all + value * value, 0);
  return squares > 0 ? (total * total) / (values.length * squares) : 1;
}
