import { FieldReader, type NumberRule } from './field-reader.js';
import type { BreakerSettings, RateLimitSettings, StickySettings } from './policy-document.js';

const MAX_TTL_SECONDS = 86_400;
const TTL = /^([0-9]{1,9})([smh])$/;
const TTL_RULE = `must be seconds, or a text like 30s, 10m, 2h, from 1 s to ${MAX_TTL_SECONDS} s`;
const SECONDS_OF_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
const BREAKER_FIELDS = [
  'enabled',
  'failure_threshold',
  'success_threshold',
  'timeout_ms',
  'half_open_max_calls',
  'error_rate_threshold',
  'error_rate_window_seconds',
  'latency_threshold_ms',
];
const RATE: NumberRule = { min: 1, max: 1_000_000 };

/** How strict to be: a document for the store must say what a mere reading lets pass. */
export type Strictness = 'stored' | 'lenient';

/** Reads `sticky`. */
export function readSticky(
  policy: FieldReader,
  strictness: Strictness,
): StickySettings | undefined {
  const fields = policy.child('sticky');
  if (fields === undefined) return undefined;
  fields.onlyKnows(['enabled', 'session_key', 'key', 'ttl', 'ttl_seconds', 'ttl_sec']);
  const enabled = readEnabled(fields, strictness);
  const sessionKey = fields.text('session_key', { maxChars: 255 });
  const key = fields.text('key', { maxChars: 255 });
  if (sessionKey !== undefined && key !== undefined && sessionKey !== key) {
    fields.wrong('key', `must be the same as session_key (${sessionKey})`);
  }
  const ttlSeconds = readTtlSeconds(fields);
  return { enabled, sessionKey: sessionKey ?? key ?? 'session_id', ttlMs: ttlSeconds * 1_000 };
}

function readTtlSeconds(fields: FieldReader): number {
  let ttl: number | undefined;
  for (const name of ['ttl', 'ttl_seconds', 'ttl_sec']) {
    if (!fields.has(name)) continue;
    const seconds = secondsOf(fields.value(name));
    if (seconds === undefined) fields.wrong(name, TTL_RULE);
    else if (ttl !== undefined && ttl !== seconds) {
      fields.wrong(name, `must agree with the ${ttl} s given above`);
    }
    ttl ??= seconds;
  }
  return ttl ?? 3_600;
}

function secondsOf(value: unknown): number | undefined {
  const [, digits, unit = ''] = typeof value === 'string' ? (TTL.exec(value) ?? []) : [];
  const seconds = digits === undefined ? value : Number(digits) * (SECONDS_OF_UNIT[unit] ?? 1);
  if (typeof seconds !== 'number' || !Number.isInteger(seconds)) return undefined;
  return seconds >= 1 && seconds <= MAX_TTL_SECONDS ? seconds : undefined;
}

/** Reads `circuit_breaker`; off is `undefined`, but its values are checked all the same. */
export function readBreaker(
  policy: FieldReader,
  strictness: Strictness,
): BreakerSettings | undefined {
  const fields = policy.child('circuit_breaker');
  if (fields === undefined) return undefined;
  fields.onlyKnows(BREAKER_FIELDS);
  const enabled = readEnabled(fields, strictness);
  const settings: BreakerSettings = {
    failureThreshold: fields.integer('failure_threshold', { min: 1, max: 100 }) ?? 5,
    successThreshold: fields.integer('success_threshold', { min: 1, max: 10 }) ?? 2,
    timeoutMs: fields.integer('timeout_ms', { min: 1_000, max: 300_000 }) ?? 60_000,
    halfOpenMaxCalls: fields.integer('half_open_max_calls', { min: 1, max: 100 }) ?? 3,
    errorRateThreshold: fields.number('error_rate_threshold', { min: 0, max: 1 }) ?? 0.5,
    errorRateWindowSeconds:
      fields.integer('error_rate_window_seconds', { min: 1, max: 3_600 }) ?? 60,
    latencyThresholdMs: fields.number('latency_threshold_ms', { min: 0, max: 3_600_000 }) ?? 5_000,
  };
  return enabled ? settings : undefined;
}

/** Reads `rate_limit`; numbers out of range are moved into it, as the contract wants. */
export function readRateLimit(
  policy: FieldReader,
  strictness: Strictness,
): RateLimitSettings | undefined {
  const fields = policy.child('rate_limit');
  if (fields === undefined) return undefined;
  fields.onlyKnows(['enabled', 'requests_per_second', 'burst']);
  const enabled = readEnabled(fields, strictness);
  const requestsPerSecond = clamped(fields, 'requests_per_second', 100);
  const burst = clamped(fields, 'burst', 50);
  return enabled ? { requestsPerSecond, burst } : undefined;
}

function clamped(fields: FieldReader, name: string, fallback: number): number {
  const value = fields.value(name) ?? fallback;
  if (typeof value !== 'number') return fields.wrong(name, 'must be a number') ?? fallback;
  return Math.min(RATE.max, Math.max(RATE.min, value));
}

function readEnabled(fields: FieldReader, strictness: Strictness): boolean {
  if (strictness === 'stored') fields.require('enabled');
  return fields.boolean('enabled') ?? false;
}
