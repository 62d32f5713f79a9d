import { type Violation, violation } from './violation.js';

/** Request headers by lower-case name, as Node's HTTP server and every framework on it give them. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The headers of contract 10.5 that the gateway acts on. Empty values are left out. */
export interface CallerHeaders {
  readonly tenantId: string | undefined;
  readonly traceId: string | undefined;
  readonly traceparent: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/** Longest tenant id and idempotency key, in characters. */
const MAX_ID_LENGTH = 256;
/** Longest trace id, in characters. */
const MAX_TRACE_ID_LENGTH = 128;

const ONE_ID = /^[\x21-\x2b\x2d-\x7e]+$/;
const PRINTABLE = /^[\x20-\x7e]+$/;

/** Reads the headers of a request as they came. */
export function readCallerHeaders(headers: HttpHeaders): CallerHeaders {
  return {
    tenantId: headerValue(headers, 'x-tenant-id'),
    traceId: headerValue(headers, 'x-trace-id'),
    traceparent: headerValue(headers, 'traceparent'),
    idempotencyKey: headerValue(headers, 'idempotency-key'),
  };
}

/** What is wrong with the headers. A broken `traceparent` is no violation: W3C wants it ignored. */
export function checkCallerHeaders(headers: CallerHeaders): readonly Violation[] {
  const { tenantId, traceId, idempotencyKey } = headers;
  const violations: Violation[] = [];
  if (tenantId !== undefined && !isOneId(tenantId)) {
    const rule = `must be one id of 1 to ${MAX_ID_LENGTH} printable ASCII characters without spaces and commas`;
    violations.push(violation('X-Tenant-ID', tenantId, rule));
  }
  if (traceId !== undefined && !isTraceId(traceId)) {
    const rule = `must have 1 to ${MAX_TRACE_ID_LENGTH} printable ASCII characters`;
    violations.push(violation('X-Trace-ID', traceId, rule));
  }
  if (idempotencyKey !== undefined && !isIdempotencyKey(idempotencyKey)) {
    const rule = `must have 1 to ${MAX_ID_LENGTH} printable ASCII characters`;
    violations.push(violation('Idempotency-Key', idempotencyKey, rule));
  }
  return violations;
}

/** Whether a trace id may travel in a header: 1 to 128 printable ASCII characters, no space at either end. */
export function isTraceId(value: string): boolean {
  return value.length <= MAX_TRACE_ID_LENGTH && isTrimmed(value) && PRINTABLE.test(value);
}

/** Whether a tenant id from a body may travel in a header: what arrives there must be what was sent. */
export function isTenantId(value: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for: they forge headers
  const controls = /[\u0000-\u001f\u007f]/;
  return value.length <= MAX_ID_LENGTH && isTrimmed(value) && !controls.test(value);
}

function headerValue(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name];
  const text = typeof value === 'string' || value === undefined ? value : value.join(',');
  return text === undefined || text === '' ? undefined : text;
}

function isOneId(value: string): boolean {
  return value.length <= MAX_ID_LENGTH && ONE_ID.test(value);
}

function isIdempotencyKey(value: string): boolean {
  return value.length <= MAX_ID_LENGTH && isTrimmed(value) && PRINTABLE.test(value);
}

function isTrimmed(value: string): boolean {
  return value.trim() === value;
}
