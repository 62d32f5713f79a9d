const WINDOW_MS = 10_000;
const RISE_MS = 1;

/**
 * What a round trip takes when nothing waits: the least one of the last 10 to 20 s. Upwards it follows by 1 ms per
 * window only: a queue that stands for longer than a window has no short round trip in it, and must not become what is
 * normal. A connection over a longer way gets a baseline of its own, so that nothing has to rise quickly.
 */
export class RoundTripBaseline {
  #baselineMs = Number.POSITIVE_INFINITY;
  #leastMs = Number.POSITIVE_INFINITY;
  #windowAtMs: number | undefined;

  /** Takes a round trip in, both in milliseconds. @returns By how much it exceeds the baseline. */
  record(roundTripMs: number, nowMs: number): number {
    this.#windowAtMs ??= nowMs;
    if (nowMs - this.#windowAtMs >= WINDOW_MS) {
      this.#baselineMs = Math.min(this.#leastMs, this.#baselineMs + RISE_MS);
      this.#leastMs = Number.POSITIVE_INFINITY;
      this.#windowAtMs = nowMs;
    }
    this.#leastMs = Math.min(this.#leastMs, roundTripMs);
    this.#baselineMs = Math.min(this.#baselineMs, roundTripMs);
    return this.excessMs(roundTripMs);
  }

  /** By how much a round trip of this length exceeds the baseline; all of it while there is none. */
  excessMs(roundTripMs: number): number {
    return Number.isFinite(this.#baselineMs)
      ? Math.max(0, roundTripMs - this.#baselineMs)
      : roundTripMs;
  }
}
