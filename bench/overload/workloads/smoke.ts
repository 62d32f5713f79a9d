import { OURS } from './contestant-names.js';
import type { Phase } from './phase.js';
import type { FigureRequest, Variant, Workload } from './workload.js';

const PHASES: readonly Phase[] = [
  { name: 'warm', seconds: 0.5, load: 0.6 },
  { name: 'step', seconds: 1, load: 2 },
  { name: 'drop', seconds: 0.5, load: 0.5 },
];

const FIGURES: readonly FigureRequest[] = [
  { figure: 'goodput', over: 'step', target: { atLeast: 0 } },
  { figure: 'rejects', over: 'step' },
  { figure: 'p99', over: 'step', steady: true },
  { figure: 'recovery', over: 'drop' },
];

const short = (name: string, extra: Partial<Variant>): Variant => ({
  name,
  phases: PHASES,
  figures: FIGURES,
  ...extra,
});

/** Every mechanism of the bench once, and a contestant of each kind. */
export const SMOKE: readonly Workload[] = [
  {
    id: 'smoke-nats',
    title: 'classes, tenants and callers that come back',
    contestants: [OURS, 'opossum', 'toobusy-js', 'rate-limiter-flexible', 'Vegas (formula)'],
    variants: [
      short('classes', {
        classes: [
          { name: 'critical', share: 10 },
          { name: 'sheddable', share: 90 },
        ],
        tenants: [80, 20],
        callers: { retries: 1, impatient: 0.1 },
      }),
    ],
  },
  {
    id: 'smoke-trace',
    title: 'arrivals of a trace',
    contestants: [OURS, 'none'],
    variants: [
      {
        name: 'trace',
        phases: [{ name: 'trace', seconds: 1, load: 2 }],
        trace: true,
        figures: [{ figure: 'goodput', over: 'trace' }],
      },
    ],
  },
  {
    id: 'smoke-grpc',
    title: 'a step over gRPC',
    contestants: [OURS, 'throttler'],
    variants: [short('gRPC', { plant: { transport: 'grpc' } })],
  },
  {
    id: 'smoke-http',
    title: 'a step over HTTP',
    contestants: [OURS, 'throttler', 'under-pressure (ELU)'],
    variants: [short('HTTP', { plant: { transport: 'http' } })],
  },
];
