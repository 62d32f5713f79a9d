import { type Arrivals, drawShares, poissonTimes } from '../workloads/arrivals.js';
import { lengthMs, type Phase } from '../workloads/phase.js';
import { seeded } from '../workloads/random.js';
import { traceSlice } from '../workloads/trace.js';
import type { Variant } from '../workloads/workload.js';

const NOBODY = new Uint8Array();
const ORDINARY = new Float32Array();

/** The phases of a variant, stretched. Nothing is shorter than half a second. */
export const stretched = (phases: readonly Phase[], scale: number): readonly Phase[] =>
  phases.map((phase) => ({
    ...phase,
    seconds: Math.max(Math.min(0.5, phase.seconds), phase.seconds * scale),
  }));

/** Draws the requests of one run. The same seed gives all contestants of a round the same pattern. */
export function planArrivals(
  variant: Variant,
  phases: readonly Phase[],
  about: {
    readonly capacityPerSecond: number;
    readonly seed: number;
    readonly tracePath: string | undefined;
  },
): Arrivals {
  const random = seeded(about.seed);
  if (variant.trace === true) return traced(phases, about, random);
  const atMs = poissonTimes(phases, about.capacityPerSecond, random);
  const shares = (variant.classes ?? []).map(({ share }) => share);
  return {
    atMs,
    classOf: shares.length === 0 ? NOBODY : drawShares(shares, atMs.length, random),
    tenantOf:
      variant.tenants === undefined ? NOBODY : drawShares(variant.tenants, atMs.length, random),
    work: ORDINARY,
  };
}

function traced(
  phases: readonly Phase[],
  about: { readonly capacityPerSecond: number; readonly tracePath: string | undefined },
  random: () => number,
): Arrivals {
  const spanMs = lengthMs(phases);
  const load = phases[0]?.load ?? 1;
  const count = Math.round((about.capacityPerSecond * load * spanMs) / 1_000);
  const { at, work } = traceSlice(count, random, about.tracePath);
  return { atMs: at.map((share) => share * spanMs), classOf: NOBODY, tenantOf: NOBODY, work };
}
