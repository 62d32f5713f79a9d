import type { ControllerParts } from '../controller.js';
import type { CreateGate, Gate, GateEnding, GateVerdict, RouterNews } from '../gate.js';

interface Tally {
  readonly atMs: number;
  requests: number;
  accepts: number;
}

const TALLIES = 20;

const ADMITTED: GateVerdict = { admitted: true };
/** The contract's constant. */
const NOT_NOW: GateVerdict = { admitted: false, retryAfterMs: 30_000, retryable: true };
/** These formulas do not tell when to come back. */
const HELD_BACK: GateVerdict = { admitted: false, retryAfterMs: undefined, retryable: true };

/**
 * Client-side throttling of Google's SRE book: held back with `(requests - k * accepts) / (requests + 1)` over a window, where what is
 * held back counts as a request. There k is 2 and the window two minutes.
 */
export function sreThrottle(k: number, windowMs: number): CreateGate {
  return (parts) => new SreThrottle(parts, k, windowMs);
}

class SreThrottle implements Gate {
  readonly #parts: ControllerParts;
  readonly #k: number;
  readonly #windowMs: number;
  readonly #tallies: Tally[] = [];
  #requests = 0;
  #accepts = 0;

  constructor(parts: ControllerParts, k: number, windowMs: number) {
    this.#parts = parts;
    this.#k = k;
    this.#windowMs = windowMs;
  }

  admit(): GateVerdict {
    const tally = this.#tally();
    const excess = (this.#requests - this.#k * this.#accepts) / (this.#requests + 1);
    tally.requests++;
    this.#requests++;
    return this.#parts.random() >= excess ? ADMITTED : HELD_BACK;
  }

  learn({ outcome }: GateEnding): void {
    if (outcome !== 'accepted') return;
    this.#tally().accepts++;
    this.#accepts++;
  }

  #tally(): Tally {
    const nowMs = this.#parts.clock.nowMs();
    let last = this.#tallies.at(-1);
    if (last && nowMs < last.atMs + this.#windowMs / TALLIES) return last;
    last = { atMs: nowMs, requests: 0, accepts: 0 };
    this.#tallies.push(last);
    while (this.#tallies[0] && this.#tallies[0].atMs <= nowMs - this.#windowMs) {
      const old = this.#tallies.shift();
      this.#requests -= old?.requests ?? 0;
      this.#accepts -= old?.accepts ?? 0;
    }
    return last;
  }
}

/** The contract's gateway: asks for the status, and sends nothing while it is `active`. */
export const contractPolling: CreateGate = () => new ContractPolling();

class ContractPolling implements Gate {
  #isActive = false;

  admit(): GateVerdict {
    return this.#isActive ? NOT_NOW : ADMITTED;
  }

  learn(): void {
    // It goes by the status alone.
  }

  /** Without an answer it sends: nobody knows better. */
  polled(news: RouterNews | undefined): void {
    this.#isActive = news?.reported === 'active';
  }
}

const [STEP_MS, STEPS_REMEMBERED, HEADROOM, GROWTH_PER_SECOND] = [250, 4, 1.1, 1.5];
const [LEAST_RATE, MOST_RATE] = [20, 10_000];

/**
 * A rate credit after the idea of Breakwater: while the router refuses, a token bucket of 1.1 times the highest rate it let in over the
 * last second; without refusals the rate grows by half each second and is dropped.
 */
export const rateCredit: CreateGate = (parts) => new RateCredit(parts);

class RateCredit implements Gate {
  readonly #parts: ControllerParts;
  #rate = Number.POSITIVE_INFINITY;
  #tokens = 0;
  #filledMs = 0;
  #stepEndMs = STEP_MS;
  #admitted = 0;
  #refused = 0;
  #rates: number[] = [];

  constructor(parts: ControllerParts) {
    this.#parts = parts;
  }

  admit(): GateVerdict {
    const nowMs = this.#parts.clock.nowMs();
    if (nowMs >= this.#stepEndMs) this.#step(nowMs);
    if (this.#rate === Number.POSITIVE_INFINITY) return ADMITTED;
    const earned = ((nowMs - this.#filledMs) / 1000) * this.#rate;
    this.#tokens = Math.min(Math.max(5, this.#rate * 0.1), this.#tokens + earned);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) return HELD_BACK;
    this.#tokens--;
    return ADMITTED;
  }

  learn({ outcome }: GateEnding): void {
    if (outcome === 'accepted') this.#admitted++;
    else if (outcome === 'refused') this.#refused++;
  }

  #step(nowMs: number): void {
    this.#rates = [...this.#rates.slice(1 - STEPS_REMEMBERED), (this.#admitted * 1000) / STEP_MS];
    if (this.#refused > 0) this.#limit(nowMs);
    else this.#rate *= GROWTH_PER_SECOND ** (STEP_MS / 1000);
    if (this.#rate > MOST_RATE) this.#rate = Number.POSITIVE_INFINITY;
    this.#admitted = this.#refused = 0;
    this.#stepEndMs = nowMs + STEP_MS;
  }

  #limit(nowMs: number): void {
    if (this.#rate === Number.POSITIVE_INFINITY) this.#filledMs = nowMs;
    this.#rate = Math.max(LEAST_RATE, HEADROOM * Math.max(...this.#rates));
  }
}
