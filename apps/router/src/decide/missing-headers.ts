import { type HeaderReader, HEADERS, NO_HEADERS } from '@beamline/contracts/core';

/** Whether a message comes without part of the context that headers should carry: trace, span and tenant. */
export function missesContextHeaders(headers: HeaderReader): boolean {
  if (headers === NO_HEADERS) return true;
  return (
    !(headers.get(HEADERS.traceId) || headers.get(HEADERS.traceparent)) ||
    !(headers.get(HEADERS.spanId) || headers.get(HEADERS.traceparent)) ||
    !headers.get(HEADERS.tenantId)
  );
}
