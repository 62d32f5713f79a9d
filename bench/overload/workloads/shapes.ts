import type { Phase } from './phase.js';
import type { FigureRequest, Variant } from './workload.js';

/** A calm start. */
export const warm = (load = 0.6, seconds = 1.5): Phase => ({ name: 'warm', seconds, load });
/** The overload. */
export const step = (load: number, seconds = 6): Phase => ({ name: 'step', seconds, load });
/** The time after it. */
export const drop = (load = 0.5, seconds = 2): Phase => ({ name: 'drop', seconds, load });

/** Figures that are all taken over the same phase. */
export const over = (
  phase: string,
  ...figures: readonly Omit<FigureRequest, 'over'>[]
): FigureRequest[] => {
  const requests: FigureRequest[] = [];
  for (const figure of figures) requests.push({ ...figure, over: phase });
  return requests;
};

/** A calm start, a step to a multiple of the capacity, and the time after it. */
export const stepped = (load: number, extra: Partial<Variant> = {}): Variant => ({
  name: `${load}x`,
  phases: [warm(), step(load), drop()],
  figures: [
    ...over(
      'step',
      { figure: 'goodput', target: { atLeast: 0.97 } },
      { figure: 'p99', steady: true, ...(load === 5 ? { target: { atMost: 300 } } : {}) },
      { figure: 'seconds with p95 > SLO', target: { atMost: 0 } },
      { figure: 'first reject', ...(load === 5 ? { target: { atMost: 100 } } : {}) },
    ),
    ...over('drop', { figure: 'recovery', target: { atMost: 1_000 } }, { figure: 'server CPU' }),
  ],
  ...extra,
});
