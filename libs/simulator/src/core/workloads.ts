import { type ClientBehaviour, DEFAULT_SCENARIO, type Phase, type Scenario } from './scenario.js';
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
  {
    ...workload('W7-gateway', '10x, each refusal costs 1 ms of a slot', stepPhases(10), {
      refusalCostMs: 1,
    }),
    kinds: GATING,
  },
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
