import type { BackendOptions } from '../plant/plant-messages.js';
import { FORMULAS, GROUP_A, OURS, OURS_FIXED } from './contestant-names.js';
import type { Phase } from './phase.js';
import { SLOTS } from './plant-setting.js';
import { over, step, stepped, warm } from './shapes.js';
import { CPU, GRPC, HTTP } from './transport-workloads.js';
import type { Variant, Workload } from './workload.js';

const W1: Workload = {
  id: 'W1',
  title: 'no overload: what is refused for nothing',
  contestants: [...GROUP_A, ...FORMULAS],
  variants: [
    {
      name: 'steady',
      phases: [
        warm(),
        { name: '0.8x', seconds: 4, load: 0.8 },
        { name: '0.95x', seconds: 4, load: 0.95 },
        { name: '1.0x', seconds: 4, load: 1 },
      ],
      figures: [
        ...over('0.8x', { figure: 'rejects', target: { atMost: 0 } }, { figure: 'p99' }),
        ...over('0.95x', { figure: 'rejects', target: { atMost: 0.1 } }, { figure: 'p99' }),
        ...over('1.0x', { figure: 'rejects', target: { atMost: 1.5 } }, { figure: 'goodput' }),
      ],
    },
  ],
};

/** What requests are worth in a step: peers that know no classes see requests. */
const CLASSES = [
  { name: 'critical', share: 10 },
  { name: 'default', share: 60 },
  { name: 'sheddable', share: 30 },
] as const;

/** Who is asked for five times the capacity: of two that do the same, one. */
const FIVE_TIMES = [...GROUP_A, ...FORMULAS].filter(
  (name) => !['rate-limiter-flexible', 'Envoy gradient (formula)'].includes(name),
);

/** Who is asked for ten times the capacity: one of each kind. */
const TEN_TIMES = [OURS, 'none', 'opossum', 'Vegas (formula)'];

const W2: Workload = {
  id: 'W2',
  title: 'a step to 2, 5 and 10 times the capacity',
  contestants: [...GROUP_A, ...FORMULAS],
  variants: [
    stepped(2, { classes: CLASSES }),
    stepped(5, { classes: CLASSES, contestants: FIVE_TIMES }),
    stepped(10, { classes: CLASSES, contestants: TEN_TIMES }),
  ],
};

const burst: readonly Phase[] = [
  { name: 'bursts', seconds: 0.5, load: 2.4 },
  { name: 'bursts', seconds: 2, load: 0.4 },
];

const W3: Workload = {
  id: 'W3',
  title: 'bursts of 2.4 times the capacity for half a second, 0.8 times on average',
  contestants: [...GROUP_A, ...FORMULAS],
  variants: [
    {
      name: 'bursts',
      phases: [warm(0.4), ...burst, ...burst, ...burst, ...burst],
      figures: over(
        'bursts',
        { figure: 'rejects', target: { atMost: 8 } },
        { figure: 'goodput' },
        { figure: 'p99' },
      ),
    },
  ],
};

const W4: Workload = {
  id: 'W4',
  title: 'the dependency becomes four times slower at 0.8 times the capacity',
  contestants: [...GROUP_A, ...FORMULAS],
  variants: [
    {
      name: 'slow',
      phases: [
        warm(0.8),
        { name: 'slow', seconds: 12, load: 0.8, slowdown: 4 },
        { name: 'normal', seconds: 3, load: 0.8 },
      ],
      figures: [
        ...over(
          'slow',
          { figure: 'goodput', target: { atLeast: 0.95 } },
          { figure: 'p99' },
          { figure: 'seconds with p95 > SLO' },
        ),
        ...over('normal', { figure: 'recovery', target: { atMost: 1_000 } }),
      ],
    },
  ],
};

const LOUD_TENANT = [80, ...Array.from({ length: 9 }, () => 20 / 9)];

const prioritized = (load: number, critical: number): Variant => ({
  name: `${load}x`,
  phases: [warm(), step(load)],
  classes: CLASSES,
  tenants: LOUD_TENANT,
  figures: over(
    'step',
    { figure: 'critical success', target: { atLeast: critical } },
    { figure: 'default success' },
    { figure: 'sheddable success' },
    { figure: 'fairness' },
    { figure: 'goodput', target: { atLeast: 0.97 } },
  ),
});

const W5: Workload = {
  id: 'W5',
  title: 'three classes (10, 60 and 30 %), one tenant sends four fifths',
  contestants: [OURS, 'none', 'opossum', 'cockatiel', 'throttler'],
  variants: [prioritized(2, 99.5), prioritized(5, 99)],
};

/** Long enough before the overload for its load to be known: by it appointments are given. */
const KNOWN_SECONDS = 15;

const echoing = (impatient: number): Variant => ({
  name: '5x',
  phases: [warm(0.6, KNOWN_SECONDS), step(5, 4), { name: 'after', seconds: 10, load: 0.6 }],
  callers: { retries: 3, impatient },
  figures: [
    ...over('step', { figure: 'goodput' }),
    ...over(
      'after',
      { figure: 'echo peak', ...(impatient === 0 ? { target: { atMost: 1.1 } } : {}) },
      { figure: 'rejecting seconds', ...(impatient === 0 ? { target: { atMost: 0 } } : {}) },
      { figure: 'goodput' },
    ),
  ],
});

const RETRIED = [OURS, OURS_FIXED, 'none', 'cockatiel', 'throttler'];
const HOSTILE = [OURS, 'none', 'cockatiel'];

const W6: Workload = {
  id: 'W6',
  title: 'callers come back when they are told to, three times at most',
  contestants: RETRIED,
  variants: [echoing(0)],
};

const W11: Workload = {
  id: 'W11',
  title: 'the same, but a tenth of the callers comes back at once',
  contestants: HOSTILE,
  variants: [echoing(0.1)],
};

const coldStart = (backend: Partial<BackendOptions>, load: number): Variant => ({
  name: `${backend.slots} slots`,
  phases: [step(load)],
  plant: { backend: { ...SLOTS, ...backend } },
  cold: true,
  figures: over(
    'step',
    { figure: 'goodput', target: { atLeast: 0.95 } },
    { figure: 'p99', steady: true },
    { figure: 'seconds with p95 > SLO' },
  ),
});

const W9: Workload = {
  id: 'W9',
  title:
    'a new process meets five times (with 400 slots: twice) the capacity; constants are those for 20 slots',
  contestants: [OURS, 'none', 'cockatiel', 'Vegas (formula)'],
  variants: [
    coldStart({ slots: 4 }, 5),
    coldStart({ slots: 40 }, 5),
    coldStart({ slots: 400, meanMs: 200 }, 2),
  ],
};

const traced = (load: number): Variant => ({
  name: `${load}x`,
  phases: [{ name: 'trace', seconds: 8, load }],
  trace: true,
  figures: over('trace', { figure: 'goodput' }, { figure: 'rejects' }, { figure: 'p99' }),
});

const TRACE: Workload = {
  id: 'trace',
  title: 'arrivals and work of an hour of LLM conversations',
  contestants: GROUP_A.filter((name) => name !== 'toobusy-js'),
  variants: [traced(0.8), traced(1.5)],
};

/** Every workload on a plant, in the order in which they are run. */
export const WORKLOADS: readonly Workload[] = [
  W1,
  W2,
  W3,
  W4,
  W5,
  W6,
  W11,
  TRACE,
  W9,
  GRPC,
  HTTP,
  CPU,
];
