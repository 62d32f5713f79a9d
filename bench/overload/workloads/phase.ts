/** A stretch of time with one offered load. */
export interface Phase {
  /** `warm`, `step`, `drop` …: figures are taken per name. */
  readonly name: string;
  readonly seconds: number;
  /** Offered load as a multiple of the measured capacity. */
  readonly load: number;
  /** Times as long as usual that the work takes. Default 1. */
  readonly slowdown?: number;
}

/** A phase with its place in the run. */
export interface PlacedPhase extends Phase {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The phases one after the other, from 0 on. */
export function placed(phases: readonly Phase[]): readonly PlacedPhase[] {
  let fromMs = 0;
  return phases.map((phase) => {
    const toMs = fromMs + phase.seconds * 1_000;
    const whole = { ...phase, fromMs, toMs };
    fromMs = toMs;
    return whole;
  });
}

/** Length of all phases, in milliseconds. */
export const lengthMs = (phases: readonly Phase[]): number =>
  phases.reduce((sum, { seconds }) => sum + seconds * 1_000, 0);
