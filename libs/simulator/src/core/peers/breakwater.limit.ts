import type { Completion } from '../controller.js';
import { limiting, type Limit } from './limit.js';

const [ADDITIVE, MULTIPLICATIVE] = [0.001, 0.02];
const [TARGET_SHARE, DROP_TARGETS] = [0.4, 2];
const INITIAL = 20;

/**
 * Breakwater (OSDI 2020): credits from the measured queue delay once per round trip, against a target of 40 % of the objective, and a
 * drop at twice the target when work comes to a slot. Here as a limit on requests in hand with one client, which spends every credit at once.
 */
export const breakwater = (sloMs: number) =>
  limiting(({ clock }) => new CreditLimit(sloMs * TARGET_SHARE, () => clock.nowMs()));

class CreditLimit implements Limit {
  readonly #targetMs: number;
  readonly #nowMs: () => number;
  #credits = INITIAL;
  #nextUpdateMs = 0;

  constructor(targetMs: number, nowMs: () => number) {
    this.#targetMs = targetMs;
    this.#nowMs = nowMs;
  }

  get most(): number {
    return Math.floor(this.#credits);
  }

  sample({ queueMs, roundTripMs }: Completion): void {
    if (this.#nowMs() < this.#nextUpdateMs) return;
    this.#nextUpdateMs = this.#nowMs() + roundTripMs;
    const excess = (queueMs - this.#targetMs) / this.#targetMs;
    if (excess < 0) this.#credits += Math.max(ADDITIVE, 1);
    else this.#credits = Math.max(1, this.#credits * Math.max(0.5, 1 - MULTIPLICATIVE * excess));
  }

  keep(queueMs: number): boolean {
    return queueMs <= DROP_TARGETS * this.#targetMs;
  }
}
