import {
  type Criticality,
  HEADERS,
  IDEMPOTENCY_KEY_HEADERS,
  OVERLOAD_HEADERS,
  wholeMs,
} from '@beamline/contracts/core';
import { type MsgHdrs, MsgHdrsImpl } from '@nats-io/transport-node';

/** Who asks, and in which trace. Values go into message headers, where they beat the payload's; none may hold a line break. */
export interface RouterCall {
  readonly tenantId: string;
  readonly traceId?: string | undefined;
  /** W3C trace context, passed on as it is. */
  readonly traceparent?: string | undefined;
  readonly spanId?: string | undefined;
  /** Repeats with the same key and body get the recorded decision. */
  readonly idempotencyKey?: string | undefined;
  /** How long the router may take, in milliseconds; it is told, so that it starts nothing that comes too late. Default: the client's. */
  readonly timeoutMs?: number | undefined;
  /** How much the request matters. Default: not said, which counts as `default`. */
  readonly criticality?: Criticality | undefined;
  /** How often it has been tried before. Default 0. */
  readonly attempt?: number | undefined;
}

const CONTRACT_VERSION = ['1'];
const LINE_BREAK = /[\r\n]/;
const [IDEMPOTENCY_KEY = 'idempotency_key'] = IDEMPOTENCY_KEY_HEADERS;

/** The headers of a request to the router that may take `timeoutMs`. @throws TypeError when a value holds a line break. */
export function toHeaders(call: RouterCall, timeoutMs: number): MsgHdrs {
  const record: Record<string, string[]> = { [HEADERS.version]: CONTRACT_VERSION };
  add(record, HEADERS.tenantId, call.tenantId);
  add(record, HEADERS.traceId, call.traceId);
  add(record, HEADERS.traceparent, call.traceparent);
  add(record, HEADERS.spanId, call.spanId);
  add(record, IDEMPOTENCY_KEY, call.idempotencyKey);
  add(record, OVERLOAD_HEADERS.criticality, call.criticality);
  record[OVERLOAD_HEADERS.timeoutMs] = [wholeMs(timeoutMs)];
  if (call.attempt) record[OVERLOAD_HEADERS.attempt] = [String(call.attempt)];
  // `set` would search for an equal name before each header, at twice the cost; `add` has checked the values.
  return MsgHdrsImpl.fromRecord(record);
}

function add(record: Record<string, string[]>, name: string, value: string | undefined): void {
  if (!value) return;
  if (LINE_BREAK.test(value)) throw new TypeError(`the header ${name} cannot hold a line break`);
  record[name] = [value];
}
