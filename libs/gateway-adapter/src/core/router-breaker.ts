/** What the breaker tells: it has just opened, or closed because of this. */
export type BreakerChange = 'opened' | 'recovered' | 'expired' | undefined;

/** So many polls in a row may say `active`; one more opens (contract 10.4). */
const PATIENCE = 3;
const PROBE_EVERY_MS = 1_000;
/** Probes that have to be taken for the breaker to close. */
const PROBES_TO_CLOSE = 3;
/** Polls come every 5 to 10 seconds: so long after the last that said `active`, nothing is known any more. */
const BELIEVED_MS = 15_000;

/**
 * Keeps everything but one probe per second away from a router that was `active` poll after poll. It never stays open on
 * old knowledge: without a fresh poll that says `active` it closes.
 */
export class RouterBreaker {
  #activePolls = 0;
  #lastActiveMs = -Infinity;
  #isOpen = false;
  #lastProbeMs = -Infinity;
  #probesUnderWay = 0;
  #probesTaken = 0;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Takes the answer to a poll; `undefined`: none came, so nothing is learned. */
  polled(isActive: boolean | undefined, nowMs: number): BreakerChange {
    if (isActive === undefined) return undefined;
    if (!isActive) return this.#close('recovered');
    if (this.#isStale(nowMs)) this.#activePolls = 0;
    this.#activePolls += 1;
    this.#lastActiveMs = nowMs;
    if (this.#isOpen || this.#activePolls <= PATIENCE) return undefined;
    this.#isOpen = true;
    this.#lastProbeMs = nowMs;
    this.#probesUnderWay = 0;
    this.#probesTaken = 0;
    return 'opened';
  }

  /** Forgets all polls: something better is known. */
  reset(): BreakerChange {
    return this.#close('recovered');
  }

  /** Closes when what it stands on has become too old. */
  advance(nowMs: number): BreakerChange {
    return this.#isOpen && this.#isStale(nowMs) ? this.#close('expired') : undefined;
  }

  /** Whether a request may be sent: all, or when open, one per second. */
  mayPass(nowMs: number): boolean {
    if (!this.#isOpen) return true;
    if (nowMs - this.#lastProbeMs < PROBE_EVERY_MS) return false;
    this.#lastProbeMs = nowMs;
    this.#probesUnderWay += 1;
    return true;
  }

  /** Takes how a request ended; what was under way when the breaker opened counts as a probe at most once per probe. */
  settle(isTaken: boolean): BreakerChange {
    if (!this.#isOpen || this.#probesUnderWay === 0) return undefined;
    this.#probesUnderWay -= 1;
    this.#probesTaken = isTaken ? this.#probesTaken + 1 : 0;
    return this.#probesTaken >= PROBES_TO_CLOSE ? this.#close('recovered') : undefined;
  }

  /** Takes that a request told nothing: it was no probe. */
  forget(): void {
    if (this.#probesUnderWay > 0) this.#probesUnderWay -= 1;
  }

  #isStale(nowMs: number): boolean {
    return nowMs - this.#lastActiveMs > BELIEVED_MS;
  }

  #close(reason: 'recovered' | 'expired'): BreakerChange {
    this.#activePolls = 0;
    if (!this.#isOpen) return undefined;
    this.#isOpen = false;
    return reason;
  }
}
