import type { BackendOptions } from '../plant/plant-messages.js';
import { GROUP_A, GROUP_A_HTTP, OURS, OURS_UNREPORTED } from './contestant-names.js';
import { SLOTS } from './plant-setting.js';
import { drop, over, step, stepped, warm } from './shapes.js';
import type { Workload } from './workload.js';

/** Who was measured over NATS, and is no other over HTTP. */
const ELSEWHERE: ReadonlySet<string> = new Set([OURS_UNREPORTED, 'rate-limiter-flexible']);

/** 10 slots: these transports cost more, and the generator shares the machine. */
const HALF: BackendOptions = { ...SLOTS, slots: 10 };

export const GRPC: Workload = {
  id: 'gRPC',
  title: 'a step to 3 times the capacity over gRPC',
  contestants: GROUP_A.filter((name) => name !== OURS_UNREPORTED),
  variants: [stepped(3, { plant: { transport: 'grpc', backend: HALF } })],
};

export const HTTP: Workload = {
  id: 'HTTP',
  title: 'a step to 3 times the capacity over HTTP',
  contestants: GROUP_A_HTTP.filter((name) => !ELSEWHERE.has(name)),
  variants: [stepped(3, { plant: { transport: 'http', backend: HALF } })],
};

/** Work of 2 ms that keeps the event loop: less than 500 requests per second. */
const PROCESSOR: BackendOptions = { kind: 'cpu', slots: 1, meanMs: 2, sigma: 0.6 };

export const CPU: Workload = {
  id: 'CPU',
  title: 'work that keeps the processor busy, at 3 times the capacity over HTTP',
  contestants: [OURS, 'none', 'toobusy-js', 'under-pressure (delay)', 'under-pressure (ELU)'],
  variants: [
    {
      name: '3x',
      phases: [warm(0.6, 1), step(3, 3), drop(0.5, 1.5)],
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
