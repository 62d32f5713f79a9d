import { type TraceParent, parseTraceparent } from './traceparent.js';

/** Header names of the contract. */
export const HEADERS = {
  traceId: 'trace_id',
  tenantId: 'tenant_id',
  version: 'version',
  traceparent: 'traceparent',
  spanId: 'span_id',
  alternateTraceId: 'X-Trace-Id',
  alternateSpanId: 'X-Span-Id',
  /** JetStream's own de-duplication id. */
  msgId: 'Nats-Msg-Id',
  /** Where the durable door sends its answer. */
  replyTo: 'x-reply-to',
  dlqReason: 'x-dlq-reason',
  originalMsgId: 'x-original-msg-id',
} as const;

/** Spellings under which an idempotency key may come, the first one found counts. */
export const IDEMPOTENCY_KEY_HEADERS: readonly string[] = [
  'idempotency_key',
  'idempotency-key',
  'Idempotency-Key',
];

/** Read access to the headers of a message, whatever carries them. */
export interface HeaderReader {
  /** The value under exactly this name; `undefined` or `''` when there is none. */
  get(name: string): string | undefined;
}

/** The headers of a message that has none. */
export const NO_HEADERS: HeaderReader = { get: () => undefined };

/** What a message says about itself in its headers. Absent and empty values are left out. */
export interface ContextHeaders {
  readonly traceId?: string;
  readonly tenantId?: string;
  readonly version?: string;
  /** As it came; may be invalid (see {@link traceIdOf}). */
  readonly traceparent?: string;
  readonly spanId?: string;
  readonly idempotencyKey?: string;
  readonly replyTo?: string;
}

const NOTHING: ContextHeaders = {};

/** Reads the headers that beat the payload. */
export function readContextHeaders(headers: HeaderReader): ContextHeaders {
  if (headers === NO_HEADERS) return NOTHING;
  const found: { -readonly [Key in keyof ContextHeaders]: ContextHeaders[Key] } = {};
  const traceId = headers.get(HEADERS.traceId) || headers.get(HEADERS.alternateTraceId);
  if (traceId) found.traceId = traceId;
  const tenantId = headers.get(HEADERS.tenantId);
  if (tenantId) found.tenantId = tenantId;
  const version = headers.get(HEADERS.version);
  if (version) found.version = version;
  const traceparent = headers.get(HEADERS.traceparent);
  if (traceparent) found.traceparent = traceparent;
  const spanId = headers.get(HEADERS.spanId) || headers.get(HEADERS.alternateSpanId);
  if (spanId) found.spanId = spanId;
  const replyTo = headers.get(HEADERS.replyTo);
  if (replyTo) found.replyTo = replyTo;
  return withIdempotencyKey(found, headers);
}

function withIdempotencyKey(found: ContextHeaders, headers: HeaderReader): ContextHeaders {
  for (const name of IDEMPOTENCY_KEY_HEADERS) {
    const idempotencyKey = headers.get(name);
    if (idempotencyKey) return { ...found, idempotencyKey };
  }
  return found;
}

/** The trace a message belongs to: its explicit trace id, else the one in a valid `traceparent`. */
export function traceIdOf(source: {
  readonly traceId?: string | undefined;
  readonly traceparent?: string | undefined;
}): string | undefined {
  if (source.traceId) return source.traceId;
  const parent: TraceParent | undefined = source.traceparent
    ? parseTraceparent(source.traceparent)
    : undefined;
  return parent?.traceId;
}
