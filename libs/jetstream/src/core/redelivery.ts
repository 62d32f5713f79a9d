/** What decides whether and when a message is delivered again. */
export interface RedeliveryInput {
  /** Which delivery failed, 1 for the first. */
  readonly attempt: number;
  /** Deliveries a message gets before it is given up. At least 1. */
  readonly maxDeliver: number;
  /** Waiting times by delivery, the last one repeats, in milliseconds. Empty: at once. */
  readonly backoffMs: readonly number[];
  /** Share of the waiting time that is random, in percent: 20 means ±10 %. */
  readonly jitterPercent: number;
  /** 0 up to 1. */
  readonly random: () => number;
}

/** What to do with a message whose handling failed. */
export type NextDelivery =
  { readonly kind: 'retry'; readonly delayMs: number } | { readonly kind: 'exhausted' };

/** The one rule of redelivery: the waiting time of the failed delivery with jitter around it, or the end. */
export function nextDelivery(input: RedeliveryInput): NextDelivery {
  if (input.attempt >= input.maxDeliver) return { kind: 'exhausted' };
  const step = Math.min(Math.max(1, input.attempt), input.backoffMs.length) - 1;
  const baseMs = input.backoffMs[step] ?? 0;
  const jitterMs = baseMs * (input.jitterPercent / 100) * (input.random() - 0.5);
  return { kind: 'retry', delayMs: Math.max(0, Math.round(baseMs + jitterMs)) };
}
