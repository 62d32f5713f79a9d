import { formatTraceparent, parseTraceparent } from '@beamline/contracts/core';

/** The trace a request belongs to, complete: what is missing in the request has been made up. */
export interface TraceContext {
  /** The explicit trace id if one came, else the one of `traceparent`. */
  readonly traceId: string;
  /** A valid W3C `traceparent`: the caller's own, unchanged, if it sent one. */
  readonly traceparent: string;
  /** The parent id in `traceparent`: 16 hex digits. */
  readonly spanId: string;
}

/** What a request says about its trace. Invalid values count as absent. */
export interface GivenTrace {
  readonly traceId?: string | undefined;
  readonly traceparent?: string | undefined;
}

/** Makes `byteCount` random bytes, written as lower-case hex. */
export type RandomHex = (byteCount: number) => string;

const NIL = /^0+$/;
const W3C_TRACE_ID = /^[0-9a-f]{32}$/;

/** Completes the trace of a request, so that one always exists. */
export function completeTrace(given: GivenTrace, randomHex: RandomHex): TraceContext {
  const parent = given.traceparent ? parseTraceparent(given.traceparent) : undefined;
  if (parent && given.traceparent) {
    return {
      traceId: given.traceId || parent.traceId,
      traceparent: given.traceparent,
      spanId: parent.parentId,
    };
  }
  const w3cTraceId = (given.traceId && toW3cTraceId(given.traceId)) || notNil(16, randomHex);
  const spanId = notNil(8, randomHex);
  return {
    traceId: given.traceId || w3cTraceId,
    traceparent: formatTraceparent({ traceId: w3cTraceId, parentId: spanId, sampled: true }),
    spanId,
  };
}

// A UUID is 128 bits as well: the trace keeps its identity in both spellings.
function toW3cTraceId(traceId: string): string | undefined {
  const hex = traceId.replaceAll('-', '').toLowerCase();
  return W3C_TRACE_ID.test(hex) && !NIL.test(hex) ? hex : undefined;
}

// All zeros mean "none" in a traceparent. One retry would do; a fixed value ends the loop for a broken source.
function notNil(byteCount: number, randomHex: RandomHex): string {
  const hex = randomHex(byteCount);
  return NIL.test(hex) ? '1'.padStart(byteCount * 2, '0') : hex;
}
