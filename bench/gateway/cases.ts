import type { FigureName } from '../overload/measure/figures.js';
import type { Phase } from '../overload/workloads/phase.js';
import type { Target } from '../harness/results.js';
import type { GatewayFigureName } from './gateway-figures.js';
import type { WayName } from './ways.js';

/** A figure of a case, over one of its phases. */
export interface CaseFigure {
  readonly figure: FigureName | GatewayFigureName;
  readonly over: 'step' | 'drop';
  readonly target?: Target;
}

/** One load through one kind of gateways. */
export interface GatewayCase {
  readonly way: WayName;
  /** Offered during the step, as a multiple of what the router can do. */
  readonly load: number;
  readonly phases: readonly Phase[];
  readonly figures: readonly CaseFigure[];
}

interface Lengths {
  readonly stepS?: number;
  readonly dropS?: number;
}

const stepTo = (load: number, { stepS = 6, dropS = 5 }: Lengths): readonly Phase[] => [
  { name: 'warm', seconds: 2, load: 0.5 },
  { name: 'step', seconds: stepS, load },
  { name: 'drop', seconds: dropS, load: 0.5 },
];

/** Long enough for gateways that ask every five seconds. */
const POLLING: Lengths = { stepS: 16 };
/** What the target for false refusals is about: the half minute after the load has dropped. */
const HALF_A_MINUTE: Lengths = { dropS: 30 };

const COMMON: readonly CaseFigure[] = [
  { figure: 'goodput', over: 'step' },
  { figure: 'refused by the router', over: 'step' },
  { figure: 'held back', over: 'step' },
  { figure: 'p99 of the answers', over: 'step' },
  { figure: 'critical success', over: 'step' },
];
const ONSET: CaseFigure = { figure: 'onset to first held back', over: 'step' };
const FIRST_FALSE_REFUSALS: CaseFigure = {
  figure: 'refused or held back within 5 s',
  over: 'drop',
};
const FALSE_REFUSALS: CaseFigure = { figure: 'refused or held back within 30 s', over: 'drop' };

const withTarget = (
  figures: readonly CaseFigure[],
  targets: Partial<Record<CaseFigure['figure'], Target>>,
): readonly CaseFigure[] =>
  figures.map((one) => {
    const target = targets[one.figure];
    return target === undefined ? one : { ...one, target };
  });

const through = (
  way: WayName,
  load: number,
  lengths: Lengths = {},
  targets: Partial<Record<CaseFigure['figure'], Target>> = {},
): GatewayCase => {
  const gateways = [ONSET, ...COMMON, FIRST_FALSE_REFUSALS];
  const figures = lengths === HALF_A_MINUTE ? [...gateways, FALSE_REFUSALS] : gateways;
  return {
    way,
    load,
    phases: stepTo(load, lengths),
    figures: withTarget(way === 'none' ? COMMON : figures, targets),
  };
};

/**
 * Every case of a round. The router alone is asked for twice what it can do: a generator on the same two cores cannot send it ten
 * times as much. Gateways are: what they hold back is not sent.
 */
export const CASES: readonly GatewayCase[] = [
  through('none', 2),
  through('push', 2, HALF_A_MINUTE, {
    'onset to first held back': { atMost: 150 },
    'refused or held back within 30 s': { atMost: 0.3 },
  }),
  through('push', 10, HALF_A_MINUTE, {
    'onset to first held back': { atMost: 150 },
    'refused by the router': { atMost: 5 },
    'refused or held back within 30 s': { atMost: 0.3 },
  }),
  through('unpushed', 2),
  through('polling', 2, POLLING),
];
