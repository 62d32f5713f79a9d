import type { Criticality } from '@beamline/contracts/core';

/** What can be sent at once, in seconds of the rate. */
const BURST_S = 0.1;
/** And at least, in requests: else a low rate would refuse two requests that come together. */
const MIN_BURST = 8;
/** Share of the burst that each class leaves to those above it. */
const RESERVED: Readonly<Record<Criticality, number>> = {
  critical: 0,
  default: 0.2,
  sheddable: 0.5,
};

/**
 * A token bucket with a reserve: while more is wanted than there is, it stands at the reserve of the class that is wanted
 * most, so that what matters more still finds tokens and what matters less finds none.
 */
export class CreditBucket {
  #perMs = 0;
  #burst = MIN_BURST;
  #tokens = 0;
  #filledMs = 0;

  /** Half full: whoever starts to limit has just sent too much. */
  start(perSecond: number, nowMs: number): void {
    this.setRate(perSecond, nowMs);
    this.#tokens = this.#burst / 2;
  }

  setRate(perSecond: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#perMs = perSecond / 1000;
    this.#burst = Math.max(MIN_BURST, perSecond * BURST_S);
    this.#tokens = Math.min(this.#tokens, this.#burst);
  }

  tryTake(criticality: Criticality, nowMs: number): boolean {
    this.#fill(nowMs);
    if (this.#tokens - 1 < this.#burst * RESERVED[criticality]) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes a token back that was not needed. */
  giveBack(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + 1);
  }

  #fill(nowMs: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#filledMs) * this.#perMs);
    this.#filledMs = nowMs;
  }
}
