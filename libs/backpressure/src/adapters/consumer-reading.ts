/** Why nothing is known of a consumer. A missing consumer is not an empty one. */
export type ConsumerUnknown = 'not_asked' | 'not_connected' | 'not_found' | 'timeout' | 'failed';

/** What is known of a consumer's work. */
export type ConsumerReading =
  | {
      /** Messages of the stream that it has not delivered yet. */
      readonly pending: number;
      /** Messages delivered and not acknowledged. */
      readonly ackPending: number;
      /** Since the server answered, in milliseconds. */
      readonly ageMs: number;
      /** `cache`: the newest query failed, and this is the answer to an earlier one. */
      readonly source: 'measured' | 'cache';
    }
  | { readonly unknown: ConsumerUnknown };

const NOT_FOUND: ReadonlySet<unknown> = new Set([10014, 10059]);

/** What an answer of `$JS.API.CONSUMER.INFO` says: the numbers, or why there are none. */
export function readConsumerInfo(
  answer: unknown,
):
  | { readonly pending: number; readonly ackPending: number }
  | { readonly error: 'not_found' | 'failed' } {
  if (!isRecord(answer)) return { error: 'failed' };
  const { error, num_pending: pending, num_ack_pending: ackPending } = answer;
  if (isRecord(error)) {
    return { error: NOT_FOUND.has(error['err_code']) ? 'not_found' : 'failed' };
  }
  return isCount(pending) && isCount(ackPending) ? { pending, ackPending } : { error: 'failed' };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
