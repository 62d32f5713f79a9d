import type { Clock } from '@beamline/kernel';

const SECOND_MS = 1_000;

/** So much per second, and no more; what is left of a second is not carried into the next. */
export class RateAllowance {
  #left: number;
  #secondAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly perSecond: number,
    private readonly clock: Clock,
  ) {
    this.#left = perSecond;
  }

  /** @returns Whether there was so much left. */
  take(amount: number): boolean {
    const nowMs = this.clock.nowMs();
    if (Math.abs(nowMs - this.#secondAtMs) >= SECOND_MS) {
      this.#secondAtMs = nowMs;
      this.#left = this.perSecond;
    }
    if (amount > this.#left) return false;
    this.#left -= amount;
    return true;
  }
}
