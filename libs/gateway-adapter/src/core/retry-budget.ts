import { CountWindow } from './count-window.js';

/** How many retries are allowed. */
export interface RetryBudgetOptions {
  /** Share of the requests, 0 to 1. Default 0.1. */
  readonly share?: number | undefined;
  /** Retries in ten seconds that are allowed whatever their share. Default 3. */
  readonly min?: number | undefined;
}

/**
 * Bounds the retries of a gateway by a share of what it sends over ten seconds: retries of every layer multiply, and an
 * overload that is retried in full never ends.
 */
export class RetryBudget {
  readonly #share: number;
  readonly #min: number;
  readonly #sent = new CountWindow();

  constructor({ share = 0.1, min = 3 }: RetryBudgetOptions = {}) {
    this.#share = share;
    this.#min = min;
  }

  /** Retries that are allowed now. */
  left(nowMs: number): number {
    this.#sent.advance(nowMs);
    const { all, some } = this.#sent;
    return Math.max(0, Math.floor(Math.max(this.#min, this.#share * (all - some))) - some);
  }

  /** Notes a request that is sent. `isCharged`: it is a retry that nobody asked for. */
  note(isCharged: boolean, nowMs: number): void {
    this.#sent.advance(nowMs);
    this.#sent.add(isCharged);
  }
}
