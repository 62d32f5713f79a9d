/** A source of time. Cores receive one; only `main.ts` and tests choose which. */
export interface Clock {
  /** Milliseconds since this clock's origin. */
  nowMs(): number;
}

/** Time since process start, for durations. Never moves backwards. */
export const monotonicClock: Clock = { nowMs: () => performance.now() };

/** Unix time in milliseconds, for humans, the wire and expiries shared between processes. May jump. */
export const wallClock: Clock = { nowMs: () => Date.now() };
