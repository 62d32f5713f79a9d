import { CountWindow } from './count-window.js';

/** Requests per accepted one that are sent at least (Google SRE book, chapter 21). */
const K = 2;
/** So often one request is sent whatever happens: it is how recovery is noticed. */
const FORCED_PASS_MS = 1_000;

/**
 * Holds requests back with probability (sent - K accepted) / (sent + 1) over the last ten seconds. Only what was sent
 * counts: counting what was held back as well, as the book does, keeps a gateway closed for most of a minute after a
 * router that was away for long has come back.
 */
export class SreThrottle {
  readonly #settled = new CountWindow();
  readonly #random: () => number;
  #lastPassMs = -Infinity;

  /** `random`: uniform in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Share of the requests that are held back now, 0 to 1. */
  probability(nowMs: number): number {
    this.#settled.advance(nowMs);
    const { all, some } = this.#settled;
    return Math.max(0, (all - K * some) / (all + 1));
  }

  /** Decides about a request. At least one is let pass in every second in which some come. */
  mayPass(nowMs: number): boolean {
    const probability = this.probability(nowMs);
    if (probability === 0) return true;
    if (nowMs - this.#lastPassMs < FORCED_PASS_MS && this.#random() < probability) return false;
    this.#lastPassMs = nowMs;
    return true;
  }

  /** Notes how a request that was sent ended. */
  settle(isAccepted: boolean, nowMs: number): void {
    this.#settled.advance(nowMs);
    this.#settled.add(isAccepted);
  }
}
