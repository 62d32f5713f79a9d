import { type HeaderReader, HEADERS } from '@beamline/contracts/core';

/** The trace context an answer carries: only those who sent some get it back, since headers are not for free. */
export function traceHeaders(
  asked: HeaderReader,
  traceId: string | undefined,
): Record<string, string> | undefined {
  const traceparent = asked.get(HEADERS.traceparent);
  if (!traceparent && !asked.get(HEADERS.traceId)) return undefined;
  return {
    ...(traceparent ? { [HEADERS.traceparent]: traceparent } : {}),
    ...(traceId ? { [HEADERS.traceId]: traceId } : {}),
  };
}
