import { Type } from '@sinclair/typebox';
import {
  integer,
  listOf,
  milliseconds,
  oneOf,
  oneOfIntegers,
  optionalMap,
  optionalText,
} from './key.js';

/** Widest range of a threshold; what is below 1 counts as 1. */
const THRESHOLD = { from: -2_147_483_648, to: 2_147_483_647 };

const signalKeys = {
  queueOverload: integer(
    { ...THRESHOLD, byDefault: 1000 },
    { about: 'Messages waiting above which a subject is overloaded; below 1 counts as 1.' },
  ),
  latencyOverloadMs: integer(
    { ...THRESHOLD, byDefault: 5000 },
    {
      about: 'p95 of processing above which a subject is overloaded; below 1 counts as 1.',
      unit: 'ms',
    },
  ),
  inflightOverload: integer(
    { ...THRESHOLD, byDefault: 500 },
    { about: 'Messages in hand above which a subject is overloaded; below 1 counts as 1.' },
  ),
  backpressurePolicy: optionalMap(
    {
      retry_after_seconds: Type.Number(),
      max_retry_attempts: Type.Number(),
      backoff_strategy: Type.String({ maxLength: 64 }),
      recovery_threshold: Type.Number(),
      alert_on_active: Type.Boolean(),
      alert_on_warning: Type.Boolean(),
    },
    {
      about:
        'What follows from the status: `retry_after_seconds` (30), `max_retry_attempts` (3), `backoff_strategy` (exponential), `recovery_threshold` (0.5), `alert_on_active` (true), `alert_on_warning` (false). Missing fields, and a value that is no map, mean the defaults.',
      shape: 'JSON; a map only of these fields and their types',
    },
  ),
  latencySamplesWindowSize: integer(
    { from: 1, to: 100_000, byDefault: 1000 },
    { about: 'Newest latencies that the p95 of a subject is made from.' },
  ),
  latencySamplesMaxAgeMs: milliseconds(
    10_000,
    'Older latencies do not count: a subject that serves nothing any more can recover.',
  ),
  prometheusUrl: optionalText(
    {
      about:
        'Prometheus that is asked for the p95 where the process has no samples of its own. Not set: none is asked.',
      shape: 'an http or https URL',
    },
    String.raw`^https?://[^\s]+$`,
  ),
  prometheusQueryTimeoutMs: milliseconds(2000, 'How long Prometheus may take to answer.'),
};

const admissionKeys = {
  overloadMode: oneOf(
    ['proportional', 'strict', 'shadow'],
    'proportional',
    'How requests are let in: `proportional` sheds by predicted wait, `strict` refuses everything while the status is active, `shadow` only counts what it would shed.',
  ),
  overloadSloMs: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 3_600_000,
      about: 'Longest a request may take from admission to answer. Not set: LATENCY_OVERLOAD_MS.',
      unit: 'ms',
    }),
  ),
  overloadMaxInflight: integer(
    { from: 1, to: 10_000_000, byDefault: 10_000 },
    { about: 'Most requests of a subject in hand at once, whatever the prediction says.' },
  ),
  overloadPermitTtlMs: milliseconds(
    60_000,
    'After how long an admitted request that never ended no longer counts; at least twice OVERLOAD_SLO_MS and LATENCY_OVERLOAD_MS. The default grows with them.',
  ),
  overloadTrustedTenants: Type.Optional(
    listOf(Type.String({ pattern: String.raw`^(?:\*|[a-zA-Z0-9_.-]{1,255})$` }), {
      minItems: 1,
      maxItems: 100_000,
      about:
        'Tenants that may call their requests critical (header `x-criticality`); `*`: all. Not set: none, such requests count as default.',
      shape: 'a list of tenant ids (letters, digits, _ . -), or *',
    }),
  ),
  retryAfterMode: oneOf(
    ['slots', 'fixed'],
    'slots',
    'Time to come back in that refused callers are told: `slots` spreads them over the spare capacity, `fixed` is the constant of the policy.',
  ),
  retryAfterMaxSeconds: integer(
    { from: 1, to: 86_400, byDefault: 300 },
    { about: 'Longest such time.', unit: 's' },
  ),
  backpressureHttpStatus: oneOfIntegers([429, 503], 429, 'HTTP status of a refusal.'),
  loadReport: oneOf(
    ['always', 'overloaded', 'never'],
    'overloaded',
    'Whether answers to admitted requests tell the load (`overload-state`, `overload-wait-ms`): with every answer, while requests are shed and where a caller asks for it, or never. Refusals always do.',
  ),
};

/** Overload control: signals and thresholds, admission, what callers are told. */
export const overloadKeys = {
  ...signalKeys,
  ...admissionKeys,
  routerReplicaId: optionalText(
    {
      about:
        'Name of this replica among the others, unique. Not set: host name, process id and chance.',
      shape: 'at most 128 letters, digits, _ . -',
    },
    '^[a-zA-Z0-9_.-]{1,128}$',
  ),
};
