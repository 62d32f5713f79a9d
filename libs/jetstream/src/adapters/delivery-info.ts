/** What the server tells about a delivery in the subject of its acknowledgement. */
export interface DeliveryInfo {
  /** 1 for the first. */
  readonly deliveryCount: number;
  readonly streamSequence: number;
  /** When the stream stored it, in Unix nanoseconds, rounded to what a number can hold. */
  readonly timestampNanos: number;
}

/** Tokens of the form that older servers, and all without a domain, send. */
const SHORT_FORM_TOKENS = 9;

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<timestamp>.<pending>`, with a domain and
 * an account after `ACK` or without.
 */
export function deliveryInfoOf(ackSubject: string): DeliveryInfo {
  const tokens = ackSubject.split('.');
  const first = tokens.length === SHORT_FORM_TOKENS ? 4 : 6;
  return {
    deliveryCount: Number(tokens[first]),
    streamSequence: Number(tokens[first + 1]),
    timestampNanos: Number(tokens[first + 3]),
  };
}
