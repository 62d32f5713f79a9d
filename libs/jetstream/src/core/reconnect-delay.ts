/** How the pauses between connection attempts grow. */
export interface ReconnectPace {
  /** Pause after the first failed attempt, in milliseconds. */
  readonly baseMs: number;
  /** Longest pause, in milliseconds. */
  readonly maxMs: number;
}

/**
 * The pause before the next connection attempt: doubled each time up to the cap, then shortened by up to a fifth at
 * random, so that replicas that lost the server together do not come back together.
 */
export function reconnectDelayMs(
  failedAttempts: number,
  pace: ReconnectPace,
  random: () => number,
): number {
  // 2^30 is beyond any sensible cap already; a larger exponent would only overflow.
  const doublings = Math.min(Math.max(0, failedAttempts - 1), 30);
  const delayMs = Math.min(pace.baseMs * 2 ** doublings, pace.maxMs);
  return Math.round(delayMs * (1 - 0.2 * random()));
}
