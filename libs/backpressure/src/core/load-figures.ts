import type { AdmissionView } from './admission-types.js';

/** The load of a subject in the figures that load balancers read. */
interface LoadFigures {
  /** Completions per second; 0: not known. */
  readonly deliveredPerSecond: number;
  /** Share of the capacity that is in use, above 1 when work waits; 0: not known. */
  readonly utilization: number;
  readonly queueMs: number;
  readonly serviceMs: number;
  readonly waitMs: number;
  /** Share of the requests that are refused, 0 to 1. */
  readonly shedRatio: number;
}

/** Makes them from what admission knows and what was offered and refused of late. */
export function loadFigures(
  { deliveredPerSecond, serviceMs, queueMs, predictedWaitMs, backlog }: AdmissionView,
  { offered, refused }: { readonly offered: number; readonly refused: number },
): LoadFigures {
  // Little's law: what is worked on at once while work is delivered at this rate.
  const slots = (deliveredPerSecond * serviceMs) / 1000;
  return {
    deliveredPerSecond,
    utilization: slots > 0 ? backlog / slots : 0,
    queueMs,
    serviceMs,
    waitMs: predictedWaitMs,
    shedRatio: offered > 0 ? refused / offered : 0,
  };
}
