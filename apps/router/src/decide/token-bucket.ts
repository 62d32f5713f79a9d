import type { Clock } from '@beamline/kernel';

/** Lets through at most `ratePerSecond` on average and one second's worth at once. A rate of 0 lets nothing through. */
export class TokenBucket {
  #tokens: number;
  #refilledAtMs: number;

  constructor(
    private readonly ratePerSecond: number,
    private readonly clock: Clock,
  ) {
    this.#tokens = ratePerSecond;
    this.#refilledAtMs = clock.nowMs();
  }

  tryTake(): boolean {
    if (this.#tokens < 1) this.#refill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #refill(): void {
    const nowMs = this.clock.nowMs();
    // A wall clock may be put back: that earns nothing and takes nothing away.
    const elapsedMs = Math.max(0, nowMs - this.#refilledAtMs);
    const earned = (elapsedMs / 1000) * this.ratePerSecond;
    this.#tokens = Math.min(this.ratePerSecond, this.#tokens + earned);
    this.#refilledAtMs = nowMs;
  }
}
