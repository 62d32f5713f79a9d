import type { Clock } from '@beamline/kernel';

/**
 * Time that only moves forward, whatever the clock under it does: a step back counts as no time at all and a reading
 * that is not a number is left out. Without it a clock set back by an hour would freeze every estimate for an hour.
 */
export class SteadyTime {
  readonly #clock: Clock;
  #readMs: number;
  #nowMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    const first = clock.nowMs();
    this.#readMs = Number.isFinite(first) ? first : 0;
    this.#nowMs = this.#readMs;
  }

  /** Milliseconds, never less than answered before. */
  nowMs(): number {
    const read = this.#clock.nowMs();
    if (read > this.#readMs && read !== Infinity) this.#nowMs += read - this.#readMs;
    if (Number.isFinite(read)) this.#readMs = read;
    return this.#nowMs;
  }
}
