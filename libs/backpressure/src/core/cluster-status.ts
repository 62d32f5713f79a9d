import type { LoadSignals, OverloadCause } from './load-signals.js';
import { OVERLOAD_STATUSES, type OverloadStatus } from './overload-status.js';

/** What the rule of the contract made of the signals. */
export interface Judgement {
  readonly status: OverloadStatus;
  readonly causes: readonly OverloadCause[];
}

/** A subject went from one status to another. */
export interface StatusChange {
  readonly from: OverloadStatus;
  readonly to: OverloadStatus;
  readonly signals: LoadSignals;
  readonly causes: readonly OverloadCause[];
  /** How long the subject had not been inactive, in milliseconds; `undefined`: this is no recovery. */
  readonly recoveryTimeMs: number | undefined;
}

/**
 * The status of one subject as the whole cluster tells it. A leader sets it from its judgements, everybody else from
 * what the leader says; so whoever takes the lead goes on from where the last one stood. Times are those of one
 * monotonic clock.
 */
export class ClusterStatus {
  #status: OverloadStatus = 'inactive';
  #sinceMs: number;
  /** When the subject ceased to be inactive. */
  #troubledSinceMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#troubledSinceMs = nowMs;
  }

  get status(): OverloadStatus {
    return this.#status;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Takes over a judgement of one's own. @returns The change, when it is one. */
  judged(judgement: Judgement, signals: LoadSignals, nowMs: number): StatusChange | undefined {
    const from = this.#status;
    const { status: to, causes } = judgement;
    if (to === from) return undefined;
    const recoveryTimeMs = isRecovery(from, to) ? nowMs - this.#troubledSinceMs : undefined;
    this.#enter(to, nowMs);
    return { from, to, signals, causes, recoveryTimeMs };
  }

  /** Takes over what the leader says, or what was stored. */
  told(status: OverloadStatus, sinceMs: number): void {
    if (status !== this.#status) this.#enter(status, sinceMs);
  }

  #enter(status: OverloadStatus, nowMs: number): void {
    if (this.#status === 'inactive') this.#troubledSinceMs = nowMs;
    this.#status = status;
    this.#sinceMs = nowMs;
  }
}

/** Whether things got better: from `active` to anything, and from `warning` to `inactive`. */
export function isRecovery(from: OverloadStatus, to: OverloadStatus): boolean {
  return OVERLOAD_STATUSES.indexOf(to) < OVERLOAD_STATUSES.indexOf(from);
}
