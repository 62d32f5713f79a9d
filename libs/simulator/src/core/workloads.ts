import {
  type ClientBehaviour,
  DEFAULT_SCENARIO,
  type Phase,
  type Scenario,
  type TimeSpan,
} from './scenario.js';
import { fittedTrace } from './fitted-trace.js';
import { paceTrace, type TraceLine } from './trace.js';
import type { Contender } from './contenders.js';

/** A scenario with a question. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** The phase that figures are about; the one after it shows recovery. */
  readonly focus: number;
  readonly scenario: Scenario;
  /** Kinds of contenders that make a difference here. */
  readonly kinds: readonly Contender['kind'][];
}

const PROTECTING: Workload['kinds'] = ['ours', 'variant', 'formula'];
const RETRYING: Workload['kinds'] = ['ours', 'retry'];
const GATING: Workload['kinds'] = ['ours', 'gate'];

const WARM_UP: Phase = { seconds: 30, load: 0.6 };

type Difference = Partial<Omit<Scenario, 'phases'>>;

const workload = (
  name: string,
  title: string,
  phases: readonly Phase[],
  difference: Difference = {},
): Workload => ({
  name,
  title,
  focus: 1,
  scenario: { ...DEFAULT_SCENARIO, ...difference, phases },
  kinds: PROTECTING,
});

const steady = (load: number): Workload =>
  workload(`W1-${load}x`, `steady ${load}x`, [WARM_UP, { seconds: 60, load }]);

const stepPhases = (load: number): readonly Phase[] => [
  WARM_UP,
  { seconds: 40, load },
  { seconds: 30, load: 0.5 },
];

const step = (load: number): Workload =>
  workload(`W2-${load}x`, `step to ${load}x, then 0.5x`, stepPhases(load));

const echo = (load: number, clients: ClientBehaviour, name: string): Workload => ({
  ...workload(
    `${name}-${load}x`,
    `${load}x for 20 s, then 0.6x; clients come back when told, at most 3 times`,
    [WARM_UP, { seconds: 20, load }, { seconds: 300, load: 0.6 }],
    { clients },
  ),
  kinds: RETRYING,
});

const RETRYING_CLIENTS = { ...DEFAULT_SCENARIO.clients, maxRetries: 3 };
const HOSTILE_CLIENTS = { ...RETRYING_CLIENTS, hostileShare: 0.1 };

const slots = (count: number): Workload =>
  workload(`W9-${count}-slots`, `5x on ${count} slots`, stepPhases(5), { slots: count });

const cold = (load: number): Workload => ({
  ...workload(`W9-cold-${load}x`, `cold start at ${load}x, first 10 s`, [{ seconds: 10, load }]),
  focus: 0,
});

const routers = (name: string, title: string, difference: Difference): Workload =>
  workload(`W8-${name}`, `5x through ${title}`, stepPhases(5), difference);

const late = (signalDelayMs: number): Workload =>
  workload(`W10-${signalDelayMs}ms`, `5x, signals ${signalDelayMs} ms late`, stepPhases(5), {
    signalDelayMs,
  });

const BURSTS = { everyMs: 2500, lengthMs: 500, factor: 2.4, base: 0.4 };

const TENANTS = { loud: 0.8, quiet: 0.1, calm: 0.1 };

const gateway = (name: string, title: string, load: number, difference: Difference): Workload => ({
  ...workload(
    `W7-${name}`,
    `${load}x through ${title}, each refusal of a router costs 1 ms of a slot`,
    stepPhases(load),
    { refusalCostMs: 1, ...difference },
  ),
  kinds: GATING,
});

const SEVEN = { ...DEFAULT_SCENARIO.gateways, shares: [40, 20, 15, 10, 8, 5, 2] };
/** From before the step until it is long over. */
const LONG: TimeSpan = { fromMs: 25_000, toMs: 90_000 };
/** Around the end of the step. */
const AT_THE_DROP: TimeSpan = { fromMs: 65_000, toMs: 90_000 };

const throughSeven = ({ scenario, title, ...rest }: Workload): Workload => ({
  ...rest,
  title: `${title}; 7 gateways`,
  scenario: { ...scenario, gateways: SEVEN },
  kinds: GATING,
});

const GATEWAYS: readonly Workload[] = [
  gateway('gateway', 'a gateway', 10, {}),
  gateway('gateway-5x', 'a gateway', 5, {}),
  gateway('gateway-2x', 'a gateway', 2, {}),
  {
    ...gateway('gateway-free', 'a gateway', 10, { refusalCostMs: 0 }),
    title: '10x through a gateway, refusals cost nothing',
  },
  gateway('7-gateways', '7 gateways with 2 to 40 % each', 10, { gateways: SEVEN }),
  gateway('100-gateways', '100 gateways', 10, {
    gateways: { ...SEVEN, shares: Array.from({ length: 100 }, () => 1) },
  }),
  gateway('3-routers', '7 gateways and 3 routers', 10, { gateways: SEVEN, replicas: [1, 1, 1] }),
  gateway('late-pushes', '7 gateways that hear of it 250 ms late', 10, {
    gateways: { ...SEVEN, pushDelayMs: 250 },
  }),
  gateway('lost-pushes', '7 gateways that nothing is pushed to but who may ask', 10, {
    gateways: { ...SEVEN, lostPushes: LONG },
  }),
  gateway('no-news', '7 gateways that hear nothing', 10, {
    gateways: { ...SEVEN, lostPushes: LONG, lostAnswers: LONG },
  }),
  gateway('lost-drop', '7 gateways that hear nothing from before its end on', 10, {
    gateways: { ...SEVEN, lostPushes: AT_THE_DROP, lostAnswers: AT_THE_DROP },
  }),
  throughSeven(echo(5, RETRYING_CLIENTS, 'W7-echo')),
  throughSeven({
    ...echo(2, HOSTILE_CLIENTS, 'W7-hostile'),
    title: '2x for 20 s, then 0.6x; one client in ten ignores what it is told',
  }),
];

/** Made when it is asked for: it is long. */
const traceWorkload = (load: number): Workload => ({
  name: `trace-${load}x`,
  title: `arrivals like those of a conversation service, mean ${load}x`,
  focus: 0,
  kinds: PROTECTING,
  get scenario(): Scenario {
    return tracedScenario({ ...DEFAULT_SCENARIO, phases: [] }, fittedTrace(5), load);
  },
});

/** A scenario whose arrivals are those of a trace, at a mean load. */
export function tracedScenario(
  base: Scenario,
  lines: readonly TraceLine[],
  load: number,
): Scenario {
  const trace = paceTrace(lines, base, load);
  const seconds = Math.max(1, Math.ceil((trace.at(-1)?.atMs ?? 0) / 1000));
  const phases = [
    { seconds, load },
    { seconds: 5, load: 0 },
  ];
  return { ...base, phases, trace };
}

/** All workloads, in the order of their names in the reports. */
export const WORKLOADS: readonly Workload[] = [
  ...[0.8, 0.95, 1].map(steady),
  ...[2, 5, 10].map(step),
  workload('W3-bursts', 'half a second at 2.4x every 2.5 s, 0.4x between: mean 0.8x', [
    WARM_UP,
    { seconds: 60, load: 1, bursts: BURSTS },
    { seconds: 10, load: 0.5 },
  ]),
  workload('W4-slow', 'downstream 4 times slower at 0.8x, then normal', [
    { ...WARM_UP, load: 0.8 },
    { seconds: 40, load: 0.8, slowdown: 4 },
    { seconds: 30, load: 0.8 },
  ]),
  ...[2, 5].map((load) =>
    workload(`W5-tenants-${load}x`, `${load}x, one tenant offers 80 %`, stepPhases(load), {
      tenants: TENANTS,
    }),
  ),
  ...[1.3, 2, 5].map((load) => echo(load, RETRYING_CLIENTS, 'W6-echo')),
  ...GATEWAYS,
  routers('3-routers', '3 routers', { replicas: [1, 1, 1] }),
  routers('3-skewed', '3 routers of 60, 30 and 10 %', { replicas: [0.6, 0.3, 0.1] }),
  routers('8-routers', '8 routers', { replicas: [1, 1, 1, 1, 1, 1, 1, 1] }),
  routers('lost', '3 routers, one of which dies after 15 s', {
    replicas: [1, 1, 1],
    lostReplica: { index: 2, atMs: 45_000 },
  }),
  ...[4, 400].map(slots),
  ...[5, 10].map(cold),
  ...[50, 250].map(late),
  {
    ...echo(2, HOSTILE_CLIENTS, 'W11-hostile'),
    title: '2x for 20 s, then 0.6x; one client in ten ignores what it is told',
  },
  traceWorkload(0.9),
];
