import type { HistoryEntry, OverloadEvent } from '@beamline/backpressure/core';
import { FakeClock } from '@beamline/testing';
import { createLogger, logOverloadEvents } from '../index.js';

const SIGNALS = { pendingMessages: 1500, latencyP95Ms: 6000, inflightMessages: 3 };
const ENTRY: HistoryEntry = {
  id: 'r1-1-1',
  type: 'backpressure_active',
  subject: 's',
  atMs: 0,
  from: 'inactive',
  to: 'active',
  signals: SIGNALS,
  causes: [{ signal: 'pendingMessages', value: 1500, threshold: 1000 }],
  retryAfterSeconds: 30,
  replica: 'r1',
};

it('tells of an activation what caused it and what callers are told', () => {
  const { lines, observe } = aLog();

  observe({ type: 'history-entry', entry: ENTRY });

  expect(lines()).toEqual([
    expect.objectContaining({
      level: 'WARN',
      message: 'backpressure is active',
      context: {
        subject: 's',
        from: 'inactive',
        to: 'active',
        pending_messages: 1500,
        latency_p95_ms: 6000,
        inflight_messages: 3,
        causes: ['pendingMessages 1500 > 1000'],
        retry_after_seconds: 30,
      },
    }),
  ]);
});

it('tells of a recovery how long it took', () => {
  const { lines, observe } = aLog();
  const recovery = { type: 'recovery', recoveryTimeMs: 900, retryAfterSeconds: 0 } as const;

  observe({ type: 'history-entry', entry: { ...ENTRY, ...recovery, causes: [] } });

  const [line] = lines();
  expect(line).toMatchObject({ level: 'INFO', context: { recovery_time_ms: 900 } });
  expect(line?.context).not.toHaveProperty('retry_after_seconds');
});

it.each([
  ['backpressure_warning', 'INFO', 'backpressure warns'],
  ['recovery', 'INFO', 'recovered from backpressure'],
  ['shedding_started', 'WARN', 'requests are being refused'],
  ['shedding_stopped', 'INFO', 'requests are refused no longer'],
] as const)('logs %s as %s', (type, level, message) => {
  const { lines, observe } = aLog();

  observe({ type: 'history-entry', entry: { ...ENTRY, type } });

  expect(lines()).toEqual([expect.objectContaining({ level, message })]);
});

const ALERT = {
  alertName: 'RouterBackpressureActive',
  severity: 'warning',
  state: 'raised',
  subject: 's',
  message: 'm',
  signals: SIGNALS,
  atMs: 0,
} as const;
const CHANGE = { type: 'signal-source-changed', subject: 's', from: 'measured' } as const;

it.each<[OverloadEvent, string, string, Record<string, unknown>]>([
  [
    { type: 'alert', alert: ALERT },
    'WARN',
    'alert raised: RouterBackpressureActive',
    { subject: 's', severity: 'warning', message: 'm' },
  ],
  [
    { type: 'alert', alert: { ...ALERT, severity: 'info' } },
    'INFO',
    'alert raised: RouterBackpressureActive',
    { severity: 'info' },
  ],
  [
    { type: 'alert', alert: { ...ALERT, state: 'resolved' } },
    'INFO',
    'alert resolved: RouterBackpressureActive',
    { subject: 's' },
  ],
  [
    { type: 'history-lost', count: 4 },
    'ERROR',
    'entries of the overload history were lost',
    { count: 4 },
  ],
  [
    { type: 'consumer-queried', subject: 's', consumer: 'c', error: 'timeout' },
    'WARN',
    'consumer cannot be asked: timeout',
    { subject: 's', consumer: 'c' },
  ],
  [
    { type: 'p95-calculated', subject: 's', source: 'unknown', error: 'e' },
    'WARN',
    'p95 could not be had from Prometheus',
    { subject: 's', error: 'e' },
  ],
  [
    { ...CHANGE, signal: 'pendingMessages', to: 'unknown', detail: 'not_found' },
    'WARN',
    'pendingMessages is unknown',
    { subject: 's', from: 'measured', detail: 'not_found' },
  ],
  [
    { ...CHANGE, signal: 'latencyP95Ms', to: 'unknown', detail: '' },
    'DEBUG',
    'latencyP95Ms is unknown',
    { subject: 's', from: 'measured' },
  ],
  [
    { ...CHANGE, signal: 'pendingMessages', to: 'cache', detail: '' },
    'DEBUG',
    'pendingMessages is cache',
    { subject: 's' },
  ],
  [
    { type: 'criticality-capped', subject: 's' },
    'DEBUG',
    'caller may not call its request critical',
    { subject: 's' },
  ],
  [
    { type: 'permits-expired', subject: 's', count: 2 },
    'WARN',
    'admitted requests never told how they ended',
    { subject: 's', count: 2 },
  ],
  [{ type: 'replica-joined', replica: 'b' }, 'INFO', 'replica joined', { replica: 'b' }],
  [
    { type: 'replica-lost', replica: 'b' },
    'WARN',
    'replica is silent and counts as gone',
    { replica: 'b' },
  ],
  [
    { type: 'leader-changed', replica: 'b', isSelf: true },
    'INFO',
    'this replica leads',
    { replica: 'b' },
  ],
  [
    { type: 'leader-changed', replica: 'b', isSelf: false },
    'INFO',
    'another replica leads',
    { replica: 'b' },
  ],
  [
    { type: 'report-refused', replica: 'b', problem: 'p' },
    'WARN',
    'report of a replica refused',
    { replica: 'b', problem: 'p' },
  ],
  [
    { type: 'settings-applied', subject: 's', revision: 7 },
    'INFO',
    'settings are in force',
    { subject: 's', revision: 7 },
  ],
  [
    { type: 'settings-refused', subject: 's', revision: 7, problems: Array(12).fill('p') },
    'ERROR',
    'settings are of no use; the last good ones stay in force',
    { subject: 's', revision: 7, problems: Array(10).fill('p'), more: 2 },
  ],
])('logs %j as %s', (event, level, message, context) => {
  const { lines, observe } = aLog();

  observe(event);

  expect(lines()).toEqual([
    expect.objectContaining({ level, message, context: expect.objectContaining(context) }),
  ]);
});

it('does not log what happens all the time', () => {
  const { lines, observe } = aLog();
  const sources = {
    pendingMessages: 'measured',
    latencyP95Ms: 'measured',
    inflightMessages: 'measured',
  } as const;
  const figures = { signals: SIGNALS, ackPending: 0, sources, p50Ms: 0, p99Ms: 0 };
  observe({ type: 'evaluated', subject: 's', status: 'active', ...figures });
  observe({ type: 'event-loop', delayP99Ms: 0, delayMeanMs: 0, utilisation: 0 });
  observe({ type: 'consumer-queried', subject: 's', consumer: 'c', error: 'none' });
  observe({ type: 'p95-calculated', subject: 's', source: 'prometheus' });

  expect(lines()).toEqual([]);
});

it('leaves repeats out, each subject for itself', () => {
  const { clock, lines, observe } = aLog();
  const failed = { type: 'consumer-queried', consumer: 'c', error: 'timeout' } as const;
  for (let second = 0; second < 10; second += 1) {
    for (const subject of ['a', 'b']) observe({ ...failed, subject });
    clock.advance(1_000);
  }
  observe({ ...failed, subject: 'a' });

  expect(lines().map(({ context }) => [context['subject'], context['suppressed']])).toEqual([
    ['a', undefined],
    ['b', undefined],
    ['a', 9],
  ]);
});

interface Line {
  readonly level: string;
  readonly message: string;
  readonly context: Record<string, unknown>;
}

function aLog() {
  const written: string[] = [];
  const sink = { write: (line: string) => void written.push(line), close: () => Promise.resolve() };
  const clock = new FakeClock();
  const logger = createLogger({ logLevel: 'debug' }, [sink]);
  const observe = logOverloadEvents(logger, clock);
  return { clock, observe, lines: () => written.map((line): Line => JSON.parse(line)) };
}
