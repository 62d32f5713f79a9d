/** Answers in a window below which its mean says nothing. */
const LEAST_ANSWERS = 5;
/** Longest rise per millisecond: a hidden queue that grows by a second moves the estimate by a second in 1 000. */
const RISE_PER_MS = 0.001;

/**
 * Time that requests and answers are under way between the door and the work, in milliseconds: neither work nor wait.
 * Whoever is on the way is in hand, and must not be taken for somebody who waits.
 *
 * It is the lowest of the means of recent windows, and rises slowly: what nobody accounts for may also be a queue that
 * nobody sees (a broker, a socket), and a plain mean would follow that queue and hide it.
 */
export class TransitTime {
  #ms = 0;
  #isKnown = false;
  #sumMs = 0;
  #count = 0;
  #closedAtMs = 0;

  get ms(): number {
    return this.#ms;
  }

  /** Takes one answer: its whole time, less the work and the wait that were reported for it. */
  record(transitMs: number): void {
    if (!Number.isFinite(transitMs)) return;
    this.#sumMs += Math.max(0, transitMs);
    this.#count += 1;
  }

  /** Ends a window, of any length. */
  closeWindow(nowMs: number): void {
    const most = this.#ms + RISE_PER_MS * Math.max(0, nowMs - this.#closedAtMs);
    this.#closedAtMs = nowMs;
    if (this.#count < LEAST_ANSWERS) return;
    const meanMs = this.#sumMs / this.#count;
    this.#ms = this.#isKnown ? Math.min(meanMs, most) : meanMs;
    this.#isKnown = true;
    this.#sumMs = 0;
    this.#count = 0;
  }
}
