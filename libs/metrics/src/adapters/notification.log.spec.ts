import type { NotificationEvent } from '@beamline/notifications/core';
import { FakeClock } from '@beamline/testing';
import { createLogger, logNotificationEvents } from '../index.js';

const FAILED = {
  type: 'notification-failed',
  endpointId: 'AbC/+1',
  status: 'active',
  attempts: 5,
  durationMs: 30,
  failure: 'http_status',
  httpStatus: 500,
  detail: 'answered 500',
} as const;

it('tells whom it could not tell, and why', () => {
  const { lines, observe } = aLog();

  observe(FAILED);

  expect(lines()).toEqual([
    expect.objectContaining({
      level: 'WARN',
      message: 'gateway could not be told: http_status',
      context: {
        endpoint_id: 'AbC/+1',
        status: 'active',
        attempts: 5,
        http_status: 500,
        detail: 'answered 500',
      },
    }),
  ]);
});

it('tells it once in ten seconds for each endpoint', () => {
  const { lines, observe, clock } = aLog();

  for (let n = 0; n < 100; n += 1) observe(FAILED);
  observe({ ...FAILED, endpointId: 'other' });
  expect(lines()).toHaveLength(2);
  clock.advance(10_000);
  observe(FAILED);

  expect(lines().at(-1)?.context).toMatchObject({ endpoint_id: 'AbC/+1', suppressed: 99 });
});

it.each<[NotificationEvent, string, string]>([
  [{ type: 'endpoint-registered', endpointId: 'e', source: 'api' }, 'INFO', 'gateway registered'],
  [{ type: 'endpoint-unregistered', endpointId: 'e' }, 'INFO', 'gateway unregistered'],
  [
    { type: 'registration-refused', reason: 'invalid_endpoint' },
    'WARN',
    'registration of a gateway refused: invalid_endpoint',
  ],
  [
    { type: 'registry-entry-refused', key: 'k', problem: 'p' },
    'ERROR',
    'entry of the bucket of gateways is of no use',
  ],
  [
    { type: 'registry-state-changed', state: 'unreachable', detail: 'timeout' },
    'WARN',
    'bucket of gateways is unreachable',
  ],
  [{ type: 'lead-taken', epoch: 1 }, 'INFO', 'this replica tells gateways of the load'],
  [{ type: 'lead-lost', epoch: 1 }, 'INFO', 'this replica no longer tells gateways of the load'],
  [
    { type: 'notification-refused', problem: 'p' },
    'WARN',
    'notification of another replica cannot be read',
  ],
  [
    { type: 'notification-unsent', subject: 's', status: 'active' },
    'WARN',
    'notification could not go out over NATS',
  ],
])('logs %j as %s', (event, level, message) => {
  const { lines, observe } = aLog();

  observe(event);

  expect(lines()).toEqual([expect.objectContaining({ level, message })]);
});

it.each<[NotificationEvent]>([
  [{ type: 'registry-size', endpoints: 7 }],
  [{ type: 'notification-published', subject: 's', status: 'active', isTransition: true }],
  [{ type: 'notification-superseded', endpointId: 'e', status: 'active' }],
  [
    {
      type: 'notification-delivered',
      endpointId: 'e',
      status: 'active',
      attempts: 1,
      durationMs: 1,
    },
  ],
])('does not log %j, which happens all the time', (event) => {
  const { lines, observe } = aLog();

  observe(event);

  expect(lines()).toEqual([]);
});

interface Line {
  readonly level: string;
  readonly message: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

function aLog() {
  const written: string[] = [];
  const sink = { write: (line: string) => void written.push(line), close: () => Promise.resolve() };
  const clock = new FakeClock();
  const logger = createLogger({ logLevel: 'debug' }, [sink]);
  const observe = logNotificationEvents(logger, clock);
  return { clock, observe, lines: () => written.map((line): Line => JSON.parse(line)) };
}
