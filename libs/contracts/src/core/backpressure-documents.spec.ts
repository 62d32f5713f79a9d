import { backpressureStatus, detailedStatus, unknownStatus } from './backpressure-documents.js';
import {
  alertDocument,
  backpressureEvent,
  backpressureHealth,
  gatewayNotification,
} from './backpressure-notices.js';
import type { SubjectStatusLike } from './subject-status-like.js';

const SIGNALS = { pendingMessages: 1200, latencyP95Ms: 5500, inflightMessages: 3 };
const METRICS = { pending_messages: 1200, latency_p95_ms: 5500, inflight_messages: 3 };

function aStatus(over: Partial<SubjectStatusLike> = {}): SubjectStatusLike {
  return {
    subject: 'a.b',
    status: 'active',
    effectiveStatus: 'active',
    signals: SIGNALS,
    sources: { pendingMessages: 'measured', latencyP95Ms: 'cache', inflightMessages: 'measured' },
    thresholds: { queueOverload: 1000, latencyOverloadMs: 5000, inflightOverload: 500 },
    policy: {
      retryAfterSeconds: 30,
      maxRetryAttempts: 3,
      backoffStrategy: 'exponential',
      recoveryThreshold: 0.5,
      alertOnActive: true,
      alertOnWarning: false,
    },
    view: {
      mode: 'proportional',
      backlog: 3,
      deliveredPerSecond: 80,
      serviceMs: 50,
      queueMs: 4,
      predictedWaitMs: 20,
      backlogLimit: undefined,
      quality: 'reported',
    },
    replicas: ['one'],
    leader: 'one',
    recovery: { recovered: false },
    sinceMs: 1,
    timestampMs: 2,
    ...over,
  };
}

it('tells gateways what the contract promises, and what admission does beside it', () => {
  expect(backpressureStatus(aStatus())).toEqual({
    subject: 'a.b',
    status: 'active',
    metrics: METRICS,
    thresholds: { queue_overload: 1000, latency_overload_ms: 5000, inflight_overload: 500 },
    policy: { retry_after_seconds: 30, max_retry_attempts: 3 },
    timestamp: 2,
    effective_status: 'active',
    sources: {
      pending_messages: 'measured',
      latency_p95_ms: 'cache',
      inflight_messages: 'measured',
    },
    causes: [],
    ack_pending_messages: null,
    predicted_wait_ms: 20,
    shed_ratio: 0,
    credit: null,
    admission: {
      mode: 'proportional',
      quality: 'reported',
      backlog: 3,
      backlog_limit: null,
      predicted_wait_ms: 20,
      delivered_per_second: 80,
      service_ms: 50,
      queue_ms: 4,
    },
    replicas: ['one'],
    leader: 'one',
    since: 1,
  });
});

it.each`
  subject             | shown
  ${''}               | ${''}
  ${5}                | ${5}
  ${undefined}        | ${null}
  ${'x'.repeat(2000)} | ${'x'.repeat(1023)}
`('says of a subject like $subject that its status is unknown', ({ subject, shown }) => {
  expect(unknownStatus(subject, 'invalid_subject', 7)).toEqual({
    subject: shown,
    status: 'unknown',
    error: 'invalid_subject',
    timestamp: 7,
  });
});

it('tells the whole policy, the internal name of the status and the recovery in detail', () => {
  const recovery = { recovered: true, recoveryTimeMs: 1500, atMs: 9 };

  expect(detailedStatus(aStatus({ status: 'inactive', recovery }))).toMatchObject({
    status: 'backpressure_inactive',
    policy: {
      retry_after_seconds: 30,
      max_retry_attempts: 3,
      backoff_strategy: 'exponential',
      recovery_threshold: 0.5,
      alert_on_active: true,
      alert_on_warning: false,
    },
    recovery: { recovered: true, recovery_time: 1500, recovered_at: 9 },
  });
  expect(detailedStatus(aStatus())).toMatchObject({
    recovery: { recovered: false, recovery_time: null, recovered_at: null },
  });
});

it('tells what all replicas know together, and why the status is what it is', () => {
  const causes = [{ signal: 'latencyP95Ms' as const, value: 5500, threshold: 5000 }];

  const document = backpressureStatus(
    aStatus({ causes, ackPending: 7, predictedWaitMs: 1.23456, shedRatio: 1 / 3 }),
  );

  expect(document).toMatchObject({
    causes: [{ signal: 'latency_p95_ms', value: 5500, threshold: 5000 }],
    ack_pending_messages: 7,
    predicted_wait_ms: 1.235,
    shed_ratio: 0.333,
  });
});

it('says that nobody is admitted where a subject is not served', () => {
  expect(backpressureStatus(aStatus({ view: undefined }))).toMatchObject({
    admission: { mode: 'none', quality: 'none', backlog: 0, backlog_limit: null },
    predicted_wait_ms: 0,
  });
});

it.each`
  status        | retryAfter
  ${'active'}   | ${30}
  ${'warning'}  | ${0}
  ${'inactive'} | ${0}
`('tells a gateway of $status to come back after $retryAfter s', ({ status, retryAfter }) => {
  const load = { ...aStatus({ status }), creditPerSecond: 12.34567 };

  expect(gatewayNotification(load, { epoch: 7, seq: 3, ttlMs: 3000 })).toEqual({
    type: 'backpressure_status',
    status,
    subject: 'a.b',
    metrics: METRICS,
    timestamp: 2,
    retry_after_seconds: retryAfter,
    effective_status: 'active',
    epoch: 7,
    seq: 3,
    ttl_ms: 3000,
    credit: 12.346,
  });
});

it.each`
  credit       | told
  ${undefined} | ${null}
  ${null}      | ${null}
  ${0}         | ${0}
  ${-1}        | ${0}
  ${80.00049}  | ${80}
`('tells a credit of $credit requests per second as $told', ({ credit, told }) => {
  const over = credit === undefined ? {} : { creditPerSecond: credit };

  expect(backpressureStatus(aStatus(over)).credit).toBe(told);
});

it('tells the health of all subjects together', () => {
  const statusCounts = { active: 0, warning: 1, inactive: 2 };

  expect(
    backpressureHealth({ healthy: true, statusCounts, totalSubjects: 3, timestampMs: 9 }),
  ).toEqual({
    healthy: true,
    status_counts: statusCounts,
    total_subjects: 3,
    timestamp: 9,
  });
});

it('publishes alerts in the spelling of the contract', () => {
  const alert = {
    alertName: 'RouterBackpressureActive',
    severity: 'warning',
    state: 'raised',
    subject: 'a.b',
    message: 'too much',
    signals: SIGNALS,
    atMs: 5,
  };

  expect(alertDocument(alert)).toEqual({
    alert_name: 'RouterBackpressureActive',
    severity: 'warning',
    state: 'raised',
    message: 'too much',
    labels: { subject: 'a.b', ...METRICS },
    timestamp: 5,
  });
});

it('shows events with the signals that caused them, and how long a recovery took', () => {
  const entry = {
    id: 'one-1-2',
    type: 'backpressure_active',
    subject: 'a.b',
    atMs: 5,
    from: 'inactive',
    to: 'active',
    signals: SIGNALS,
    causes: [{ signal: 'pendingMessages' as const, value: 1200, threshold: 1000 }],
    retryAfterSeconds: 30,
    replica: 'one',
  };

  expect(backpressureEvent(entry)).toEqual({
    id: 'one-1-2',
    type: 'backpressure_active',
    subject: 'a.b',
    timestamp: 5,
    ...METRICS,
    from: 'inactive',
    to: 'active',
    causes: [{ signal: 'pending_messages', value: 1200, threshold: 1000 }],
    retry_after_seconds: 30,
    replica: 'one',
  });
  expect(backpressureEvent({ ...entry, recoveryTimeMs: 3 })).toMatchObject({ recovery_time: 3 });
});
