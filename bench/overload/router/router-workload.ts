import { OURS, OURS_STRICT, SHADOW } from '../workloads/contestant-names.js';
import type { FigureRequest, PlantSetting, Variant, Workload } from '../workloads/workload.js';

/** What the router runs out of is its own processor. */
const ROUTER: PlantSetting = {
  transport: 'router',
  backend: { kind: 'cpu', slots: 1, meanMs: 1, sigma: 0 },
  sloMs: 500,
};

const FIGURES: readonly FigureRequest[] = [
  { figure: 'goodput', over: 'step' },
  { figure: 'rejects', over: 'step' },
  { figure: 'p50', over: 'step' },
  { figure: 'p99', over: 'step' },
  { figure: 'seconds with p95 > SLO', over: 'step' },
  { figure: 'recovery', over: 'drop' },
  { figure: 'goodput', over: 'drop' },
];

const overloaded = (load: number): Variant => ({
  name: `${load}x`,
  phases: [
    { name: 'warm', seconds: 1.5, load: 0.5 },
    { name: 'step', seconds: 4, load },
    { name: 'drop', seconds: 2, load: 0.5 },
  ],
  plant: ROUTER,
  mayFail: true,
  figures: FIGURES,
});

/** The product itself, with more to decide than its processor can. */
export const ROUTER_WORKLOAD: Workload = {
  id: 'router',
  title: 'the built router over NATS, with more requests than its processor can decide',
  contestants: [OURS, OURS_STRICT, SHADOW],
  // At five times, who lets everybody in has not worked it off when the next round would begin.
  variants: [overloaded(2)],
};
