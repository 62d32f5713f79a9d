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
  /**
   * How long the router may take, in milliseconds; it is told, so that it starts nothing that comes too late. 0 or less: no
   * time is left. Default, and for what is no number of milliseconds: the client's.
   */
  readonly timeoutMs?: number | undefined;
  /** How much the request matters. Default: not said, which counts as `default`. */
  readonly criticality?: Criticality | undefined;
  /** Of critical ones: the router may let it in beyond the budget of its class. Default `false`. */
  readonly plus?: boolean | undefined;
  /** How often it has been tried before. Default 0. */
  readonly attempt?: number | undefined;
  /** Which step of a workflow it is, from 1: later ones are shed later. Default: not said. */
  readonly workflowStep?: number | undefined;
}

const CONTRACT_VERSION = ['1'];
const LINE_BREAK = /[\r\n]/;
const [IDEMPOTENCY_KEY = 'idempotency_key'] = IDEMPOTENCY_KEY_HEADERS;

/** The time of a call: what it says, where that is a time. A deadline that is none would never be over. */
export function patienceOf(
  { timeoutMs }: Pick<RouterCall, 'timeoutMs'>,
  otherwiseMs: number,
): number {
  return timeoutMs !== undefined && Number.isFinite(timeoutMs)
    ? Math.max(0, timeoutMs)
    : otherwiseMs;
}

/** How the importance of a call is spelt in headers. */
export function spelt({ criticality, plus }: RouterCall): string | undefined {
  return criticality === 'critical' && plus === true ? 'critical_plus' : criticality;
}

/** The headers of a request to the router that may take `timeoutMs`. @throws TypeError when a value holds a line break. */
export function toHeaders(call: RouterCall, timeoutMs: number): MsgHdrs {
  const record: Record<string, string[]> = { [HEADERS.version]: CONTRACT_VERSION };
  add(record, HEADERS.tenantId, call.tenantId);
  add(record, HEADERS.traceId, call.traceId);
  add(record, HEADERS.traceparent, call.traceparent);
  add(record, HEADERS.spanId, call.spanId);
  add(record, IDEMPOTENCY_KEY, call.idempotencyKey);
  add(record, OVERLOAD_HEADERS.criticality, spelt(call));
  record[OVERLOAD_HEADERS.timeoutMs] = [wholeMs(timeoutMs)];
  if (call.attempt) record[OVERLOAD_HEADERS.attempt] = [String(call.attempt)];
  if (call.workflowStep) record[OVERLOAD_HEADERS.workflowStep] = [String(call.workflowStep)];
  // `set` would search for an equal name before each header, at twice the cost; `add` has checked the values.
  return MsgHdrsImpl.fromRecord(record);
}

function add(record: Record<string, string[]>, name: string, value: string | undefined): void {
  if (!value) return;
  if (LINE_BREAK.test(value)) throw new TypeError(`the header ${name} cannot hold a line break`);
  record[name] = [value];
}
