/**
 * Time that only moves forward, whatever clock is read: a step back counts as no time at all, and a reading that is not a
 * number is left out. Without it a clock set back by an hour would hold every limit for an hour.
 */
export class ForwardTime {
  #readMs: number | undefined;
  #nowMs = 0;

  /** Milliseconds since the first reading, never less than answered before. */
  at(readMs: number): number {
    if (!Number.isFinite(readMs)) return this.#nowMs;
    if (this.#readMs !== undefined && readMs > this.#readMs) this.#nowMs += readMs - this.#readMs;
    this.#readMs = readMs;
    return this.#nowMs;
  }
}
