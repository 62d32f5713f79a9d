import { compileValidator } from '../adapters/compile-validator.js';
import { backpressureStatus, unknownStatus } from '../core/backpressure-documents.js';
import { alertDocument, gatewayNotification } from '../core/backpressure-notices.js';
import { AlertDto, BackpressureReplyDto, GatewayNotificationDto } from './backpressure.dto.js';
import 'reflect-metadata';

const SIGNALS = { pendingMessages: 1200, latencyP95Ms: 5500, inflightMessages: 3 };
const STATUS = {
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
  view: undefined,
  causes: [{ signal: 'latencyP95Ms' as const, value: 5500, threshold: 5000 }],
  replicas: ['one'],
  leader: 'one',
  recovery: { recovered: false },
  sinceMs: 1,
  timestampMs: 2,
};
const STAMP = { epoch: 1, seq: 1, ttlMs: 3000 };
const ALERT = {
  alertName: 'RouterBackpressureActive',
  severity: 'warning',
  state: 'raised',
  subject: 'a.b',
  message: 'too much',
  signals: SIGNALS,
  atMs: 5,
};

it.each([
  ['a status', BackpressureReplyDto, { success: true, data: backpressureStatus(STATUS) }],
  ['an unknown one', BackpressureReplyDto, { success: true, data: unknownStatus('', 'no', 1) }],
  ['a failure', BackpressureReplyDto, { success: false, error: 'broken' }],
  [
    'a notification',
    GatewayNotificationDto,
    gatewayNotification({ ...STATUS, creditPerSecond: 7 }, STAMP),
  ],
  [
    'one while nothing is refused',
    GatewayNotificationDto,
    gatewayNotification({ ...STATUS, creditPerSecond: null }, STAMP),
  ],
  ['an alert', AlertDto, alertDocument(ALERT)],
])('what is built as %s is valid by its declaration', (_what, dto, document) => {
  const { problems } = compileValidator<object>(dto);

  expect(problems(JSON.parse(JSON.stringify(document)))).toEqual([]);
});
