import type { Outcome, Permit, WorkReport } from './admission-types.js';
import type { TenantAccount } from './tenant-usage.js';

/** What is remembered of a request in hand. */
export interface Held {
  readonly generation: number;
  readonly admittedMs: number;
  readonly tenant: TenantAccount | undefined;
  /** Work that was charged to the tenant in advance. */
  readonly chargedMs: number;
}

export type SettlePermit = (held: Held, outcome: Outcome, report: WorkReport | undefined) => void;

/** A permit that can be settled once. */
export class IssuedPermit implements Permit {
  readonly #held: Held;
  #settle: SettlePermit | undefined;

  constructor(held: Held, settle: SettlePermit) {
    this.#held = held;
    this.#settle = settle;
  }

  settle(outcome: Outcome, report?: WorkReport): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(this.#held, outcome, report);
  }
}
