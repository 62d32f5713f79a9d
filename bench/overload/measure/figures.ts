import { quantile } from '../../harness/statistics.js';
import { ENDINGS } from '../load/load-messages.js';
import type { PlacedPhase } from '../workloads/phase.js';
import { countAttempts, latencyMs, type RunResult, type Span, within } from './run-result.js';

const isOk = ({ attempts }: RunResult, number: number): boolean =>
  attempts.ending[number] === ENDINGS.ok;
const isRefused = ({ attempts }: RunResult, number: number): boolean =>
  attempts.ending[number] === ENDINGS.refused;
const isGood = (run: RunResult, number: number): boolean =>
  isOk(run, number) && latencyMs(run, number) <= run.sloMs;
const sentWithin = (run: RunResult, number: number, span: Span): boolean =>
  within(run.attempts.intendedMs[number], span);

const offeredIn = (run: RunResult, span: Span): number =>
  countAttempts(run, (number) => sentWithin(run, number, span));

/** Answers in time per second, as a share of what was possible: the offered load or the capacity, whichever is less. */
function goodput(run: RunResult, phase: PlacedPhase): number {
  const seconds = (phase.toMs - phase.fromMs) / 1_000;
  const good = countAttempts(
    run,
    (number) => within(run.attempts.endMs[number], phase) && isGood(run, number),
  );
  const capacity = (run.capacityPerSecond / (phase.slowdown ?? 1)) * seconds;
  return good / Math.min(offeredIn(run, phase), capacity);
}

/** Share of what was sent in the phase that was refused, in percent. */
function rejects(run: RunResult, phase: PlacedPhase): number {
  const refused = countAttempts(
    run,
    (number) => sentWithin(run, number, phase) && isRefused(run, number),
  );
  return (100 * refused) / offeredIn(run, phase);
}

/** What is still unanswered when the run ends has waited at least that long. */
const unansweredMs = (run: RunResult, number: number): number =>
  (run.phases.at(-1)?.toMs ?? 0) + run.sloMs - (run.attempts.intendedMs[number] ?? 0);

/** Latency of what was not refused. @returns the window's length where everything was refused. */
const admitted =
  (q: number) =>
  (run: RunResult, phase: PlacedPhase): number => {
    const latencies: number[] = [];
    for (let number = 0; number < run.attempts.endMs.length; number += 1) {
      if (!sentWithin(run, number, phase) || isRefused(run, number)) continue;
      latencies.push(isOk(run, number) ? latencyMs(run, number) : unansweredMs(run, number));
    }
    return latencies.length === 0 ? phase.toMs - phase.fromMs : quantile(latencies, q);
  };

/** Time from the start of the phase to the first refusal, in milliseconds; the phase's length where nothing is refused. */
function firstReject(run: RunResult, phase: PlacedPhase): number {
  const { endMs } = run.attempts;
  let first = phase.toMs;
  for (let number = 0; number < endMs.length; number += 1) {
    if (sentWithin(run, number, phase) && isRefused(run, number)) {
      first = Math.min(first, endMs[number] ?? first);
    }
  }
  return first - phase.fromMs;
}

/** Seconds of the phase in which the p95 of what was admitted is beyond the objective. */
function lateSeconds(run: RunResult, phase: PlacedPhase): number {
  let late = 0;
  for (let fromMs = phase.fromMs; fromMs + 1_000 <= phase.toMs; fromMs += 1_000) {
    const second = { ...phase, fromMs, toMs: fromMs + 1_000 };
    const hasAny = offeredIn(run, second) > 0;
    if (hasAny && admitted(0.95)(run, second) > run.sloMs) late += 1;
  }
  return late;
}

/** Time from the start of the phase to the end of the last 100 ms with more than 3 % refusals, in milliseconds. */
function recovery(run: RunResult, phase: PlacedPhase): number {
  let lastMs = 0;
  for (let fromMs = phase.fromMs; fromMs < phase.toMs; fromMs += 100) {
    const slice = { ...phase, fromMs, toMs: fromMs + 100 };
    if (rejects(run, slice) > 3) lastMs = slice.toMs - phase.fromMs;
  }
  return lastMs;
}

/** Share of a class that was answered in time, in percent. */
const success =
  (className: number) =>
  (run: RunResult, phase: PlacedPhase): number => {
    const isOfClass = (number: number): boolean =>
      sentWithin(run, number, phase) &&
      run.arrivals.classOf[run.attempts.request[number] ?? 0] === className;
    const good = countAttempts(run, (number) => isOfClass(number) && isGood(run, number));
    return (100 * good) / countAttempts(run, isOfClass);
  };

/** Jain's index of the answers in time per tenant: 1 when all get the same, 1/n when one gets all. */
function fairness(run: RunResult, phase: PlacedPhase): number {
  const perTenant = new Map<number, number>();
  for (let number = 0; number < run.attempts.endMs.length; number += 1) {
    if (!sentWithin(run, number, phase)) continue;
    const tenant = run.arrivals.tenantOf[run.attempts.request[number] ?? 0] ?? 0;
    perTenant.set(tenant, (perTenant.get(tenant) ?? 0) + (isGood(run, number) ? 1 : 0));
  }
  const shares = [...perTenant.values()];
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share ** 2, 0);
  return squares === 0 ? 0 : sum ** 2 / (shares.length * squares);
}

/** Most that was sent within one second, retries included, as a multiple of the capacity. */
function echoPeak(run: RunResult, phase: PlacedPhase): number {
  let peak = 0;
  for (let fromMs = phase.fromMs; fromMs + 1_000 <= phase.toMs; fromMs += 250) {
    peak = Math.max(peak, offeredIn(run, { fromMs, toMs: fromMs + 1_000 }));
  }
  return peak / run.capacityPerSecond;
}

/** Seconds in which more than 3 % was refused. */
function rejectingSeconds(run: RunResult, phase: PlacedPhase): number {
  let seconds = 0;
  for (let fromMs = phase.fromMs; fromMs + 1_000 <= phase.toMs; fromMs += 1_000) {
    if (rejects(run, { ...phase, fromMs, toMs: fromMs + 1_000 }) > 3) seconds += 1;
  }
  return seconds;
}

/** What was offered, retries included, as a multiple of the capacity. */
const offered = (run: RunResult, phase: PlacedPhase): number =>
  offeredIn(run, phase) / ((run.capacityPerSecond * (phase.toMs - phase.fromMs)) / 1_000);

/** Processor of the server over the whole run per request sent, in microseconds. */
const serverCpu = (run: RunResult): number => run.serverCpuMicros / run.attempts.endMs.length;

/** Every figure, with its unit. */
export const FIGURES = {
  goodput: { unit: 'x', of: goodput },
  rejects: { unit: '%', of: rejects },
  p50: { unit: 'ms', of: admitted(0.5) },
  p99: { unit: 'ms', of: admitted(0.99) },
  'first reject': { unit: 'ms', of: firstReject },
  'seconds with p95 > SLO': { unit: 's', of: lateSeconds },
  recovery: { unit: 'ms', of: recovery },
  'critical success': { unit: '%', of: success(0) },
  'default success': { unit: '%', of: success(1) },
  'sheddable success': { unit: '%', of: success(2) },
  fairness: { unit: 'Jain', of: fairness },
  'echo peak': { unit: 'x', of: echoPeak },
  'rejecting seconds': { unit: 's', of: rejectingSeconds },
  offered: { unit: 'x', of: offered },
  'server CPU': { unit: 'us/request', of: serverCpu },
} as const satisfies Record<
  string,
  { readonly unit: string; readonly of: (run: RunResult, phase: PlacedPhase) => number }
>;

export type FigureName = keyof typeof FIGURES;
