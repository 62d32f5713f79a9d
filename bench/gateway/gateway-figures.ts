import { median, quantile } from '../harness/statistics.js';
import { ENDINGS } from '../overload/load/load-messages.js';
import {
  countAttempts,
  latencyMs,
  type RunResult,
  within,
} from '../overload/measure/run-result.js';
import type { PlacedPhase } from '../overload/workloads/phase.js';
import { GATEWAY_SHARES } from './ways.js';

type Ending = (typeof ENDINGS)[keyof typeof ENDINGS];

/** Share of what was offered in the phase that ended so, in percent. */
const shareOf =
  (...endings: readonly Ending[]) =>
  (run: RunResult, phase: PlacedPhase): number => {
    const { intendedMs, ending } = run.attempts;
    const offered = countAttempts(run, (number) => within(intendedMs[number], phase));
    const such = countAttempts(
      run,
      (number) =>
        within(intendedMs[number], phase) && endings.some((one) => one === ending[number]),
    );
    return (100 * such) / offered;
  };

/** The beginning of a phase. */
const beginning = (phase: PlacedPhase, ms: number): PlacedPhase => ({
  ...phase,
  toMs: Math.min(phase.toMs, phase.fromMs + ms),
});

const turnedAwayWithin = (seconds: number) => ({
  unit: '%',
  of: (run: RunResult, phase: PlacedPhase): number =>
    shareOf(ENDINGS.refused, ENDINGS.heldBack)(run, beginning(phase, seconds * 1_000)),
});

/** When the first request of the phase ended so, among those that count; the end of the phase where none did. */
function firstMs(
  { attempts }: RunResult,
  phase: PlacedPhase,
  { ending, counts = () => true }: { ending: Ending; counts?: (request: number) => boolean },
): number {
  let first = phase.toMs;
  for (let number = 0; number < attempts.endMs.length; number += 1) {
    if (attempts.ending[number] !== ending || !within(attempts.endMs[number], phase)) continue;
    if (counts(attempts.request[number] ?? 0))
      first = Math.min(first, attempts.endMs[number] ?? first);
  }
  return first;
}

/**
 * From the first refusal of the router until a gateway held something back, in milliseconds: the median of the gateways. One that never
 * did counts with what was left of the phase.
 */
function onsetToHeldBack(run: RunResult, phase: PlacedPhase): number {
  const onsetMs = firstMs(run, phase, { ending: ENDINGS.refused });
  const delays = GATEWAY_SHARES.map((_, gateway) => {
    const counts = (request: number): boolean => run.arrivals.tenantOf[request] === gateway;
    return Math.max(0, firstMs(run, phase, { ending: ENDINGS.heldBack, counts }) - onsetMs);
  });
  return median(delays);
}

/** Latency of the answers, in milliseconds; the phase's length where there is none. */
function answeredP99(run: RunResult, phase: PlacedPhase): number {
  const { intendedMs, ending } = run.attempts;
  const latencies: number[] = [];
  for (let number = 0; number < intendedMs.length; number += 1) {
    const counts = ending[number] === ENDINGS.ok && within(intendedMs[number], phase);
    if (counts) latencies.push(latencyMs(run, number));
  }
  return latencies.length === 0 ? phase.toMs - phase.fromMs : quantile(latencies, 0.99);
}

/** Figures of runs with gateways, besides those of every overload. */
export const GATEWAY_FIGURES = {
  'onset to first held back': { unit: 'ms', of: onsetToHeldBack },
  'refused by the router': { unit: '%', of: shareOf(ENDINGS.refused) },
  'held back': { unit: '%', of: shareOf(ENDINGS.heldBack) },
  'refused or held back within 5 s': turnedAwayWithin(5),
  'refused or held back within 30 s': turnedAwayWithin(30),
  'p99 of the answers': { unit: 'ms', of: answeredP99 },
} as const satisfies Record<
  string,
  { readonly unit: string; readonly of: (run: RunResult, phase: PlacedPhase) => number }
>;

export type GatewayFigureName = keyof typeof GATEWAY_FIGURES;
