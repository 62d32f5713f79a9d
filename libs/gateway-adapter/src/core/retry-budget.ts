import { CountWindow } from './count-window.js';
import type { GatewayAdmissionOptions } from './gateway-admission-types.js';
import { inRange } from './in-range.js';

/** How many retries are allowed. */
export type RetryBudgetOptions = Pick<GatewayAdmissionOptions, 'retryShare' | 'minRetries'>;

/**
 * Bounds the retries of a gateway by a share of what it sends over ten seconds: retries of every layer multiply, and an
 * overload that is retried in full never ends.
 */
export class RetryBudget {
  readonly #share: number;
  readonly #min: number;
  readonly #sent = new CountWindow();

  /** @throws RangeError when an option is out of range. */
  constructor({ retryShare = 0.1, minRetries = 3 }: RetryBudgetOptions = {}) {
    this.#share = inRange('GatewayAdmission retryShare', retryShare, 0, 1);
    this.#min = inRange('GatewayAdmission minRetries', minRetries, 0);
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
