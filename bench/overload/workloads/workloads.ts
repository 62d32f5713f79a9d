import type { BackendOptions } from '../plant/plant-messages.js';
import {
  FORMULAS,
  GROUP_A,
  GROUP_A_HTTP,
  OURS,
  OURS_FIXED,
  OURS_UNREPORTED,
} from './contestant-names.js';
import type { Phase } from './phase.js';
import { SLOTS } from './plant-setting.js';
import type { FigureRequest, Variant, Workload } from './workload.js';

const warm = (load = 0.6, seconds = 2): Phase => ({ name: 'warm', seconds, load });
const step = (load: number, seconds = 6): Phase => ({ name: 'step', seconds, load });
const drop = (load = 0.5, seconds = 3): Phase => ({ name: 'drop', seconds, load });

const over = (
  phase: string,
  ...figures: readonly Omit<FigureRequest, 'over'>[]
): FigureRequest[] => {
  const requests: FigureRequest[] = [];
  for (const figure of figures) requests.push({ ...figure, over: phase });
  return requests;
};

const W1: Workload = {
  id: 'W1',
  title: 'no overload: what is refused for nothing',
  contestants: [...GROUP_A, ...FORMULAS],
  variants: [
    {
      name: 'steady',
      phases: [
        warm(),
        { name: '0.8x', seconds: 5, load: 0.8 },
        { name: '0.95x', seconds: 5, load: 0.95 },
        { name: '1.0x', seconds: 5, load: 1 },
      ],
      figures: [
        ...over('0.8x', { figure: 'rejects', target: { atMost: 0 } }, { figure: 'p99' }),
        ...over('0.95x', { figure: 'rejects', target: { atMost: 0.1 } }, { figure: 'p99' }),
        ...over('1.0x', { figure: 'rejects', target: { atMost: 1.5 } }, { figure: 'goodput' }),
      ],
    },
  ],
};

const stepped = (load: number, extra: Partial<Variant> = {}): Variant => ({
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

const W2: Workload = {
  id: 'W2',
  title: 'a step to 2, 5 and 10 times the capacity',
  contestants: [...GROUP_A, ...FORMULAS],
  variants: [stepped(2), stepped(5), stepped(10)],
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
        { name: 'slow', seconds: 16, load: 0.8, slowdown: 4 },
        { name: 'normal', seconds: 4, load: 0.8 },
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
  classes: [
    { name: 'critical', share: 10 },
    { name: 'default', share: 60 },
    { name: 'sheddable', share: 30 },
  ],
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
  contestants: [OURS, 'none', 'opossum', 'cockatiel', 'throttler', 'rate-limiter-flexible'],
  variants: [prioritized(2, 99.5), prioritized(5, 99)],
};

const echoing = (impatient: number): Variant => ({
  name: '5x',
  phases: [warm(), step(5, 5), { name: 'after', seconds: 14, load: 0.6 }],
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

const RETRIED = [OURS, OURS_FIXED, 'none', 'cockatiel', 'throttler', 'rate-limiter-flexible'];

const W6: Workload = {
  id: 'W6',
  title: 'callers come back when they are told to, three times at most',
  contestants: RETRIED,
  variants: [echoing(0)],
};

const W11: Workload = {
  id: 'W11',
  title: 'the same, but a tenth of the callers comes back at once',
  contestants: RETRIED,
  variants: [echoing(0.1)],
};

const coldStart = (backend: Partial<BackendOptions>, load: number): Variant => ({
  name: `${backend.slots} slots`,
  phases: [step(load, 6)],
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
  title: 'a new process meets five times (with 400 slots: three times) the capacity',
  contestants: [OURS, 'none', 'opossum', 'cockatiel', ...FORMULAS],
  variants: [
    coldStart({ slots: 4 }, 5),
    coldStart({ slots: 40 }, 5),
    coldStart({ slots: 400, meanMs: 200 }, 3),
  ],
};

const traced = (load: number): Variant => ({
  name: `${load}x`,
  phases: [{ name: 'trace', seconds: 12, load }],
  trace: true,
  figures: over('trace', { figure: 'goodput' }, { figure: 'rejects' }, { figure: 'p99' }),
});

const TRACE: Workload = {
  id: 'trace',
  title: 'arrivals and work of an hour of LLM conversations',
  contestants: GROUP_A,
  variants: [traced(0.8), traced(1.5)],
};

const GRPC: Workload = {
  id: 'gRPC',
  title: 'a step to 5 times the capacity over gRPC',
  contestants: GROUP_A,
  variants: [stepped(5, { plant: { transport: 'grpc' } })],
};

const HTTP: Workload = {
  id: 'HTTP',
  title: 'a step to 5 times the capacity over HTTP',
  contestants: GROUP_A_HTTP,
  variants: [stepped(5, { plant: { transport: 'http' } })],
};

/** Work of 2 ms that keeps the event loop: less than 500 requests per second. */
const PROCESSOR: BackendOptions = { kind: 'cpu', slots: 1, meanMs: 2, sigma: 0.6 };

const CPU: Workload = {
  id: 'CPU',
  title: 'work that keeps the processor busy, at 3 times the capacity over HTTP',
  contestants: GROUP_A_HTTP.filter((name) => name !== OURS_UNREPORTED),
  variants: [
    {
      name: '3x',
      phases: [warm(0.6, 1.5), step(3, 4), drop(0.5, 2)],
      plant: { transport: 'http', backend: PROCESSOR },
      figures: [
        ...over(
          'step',
          { figure: 'goodput' },
          { figure: 'p99' },
          { figure: 'seconds with p95 > SLO' },
        ),
        ...over('drop', { figure: 'recovery' }),
      ],
    },
  ],
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
