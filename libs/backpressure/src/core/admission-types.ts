import type { Clock } from '@beamline/kernel';
import type { Criticality } from '@beamline/contracts/core';
import type { OverloadStatus } from './overload-status.js';
import type { AdmissionMode } from './subject-settings.js';

/** What admission looks at: headers only, so that a refusal costs no parsing. */
export interface AdmissionRequest {
  readonly criticality: Criticality;
  /** `critical_plus`: let in beyond the budget of its class, for a twentieth of what is admitted at most. */
  readonly plus?: boolean | undefined;
  /** Whom fairness is kept for; `undefined`: nobody in particular. */
  readonly tenantId?: string | undefined;
  /** Time the caller still waits, in milliseconds; `undefined`: not told. */
  readonly deadlineLeftMs?: number | undefined;
  /** A later step of a workflow that has begun: shed one level later than its class. */
  readonly isLaterStep?: boolean | undefined;
}

/**
 * Why a request is refused. `predicted_wait`: it would wait too long, for its class or for its caller; `tenant_share`: as
 * before, and its tenant has more than its share; `backlog_limit`: more in hand than recent latency allows (no service
 * times known); `deadline`: the work alone takes longer than its caller waits; `hard_limit`: the configured most is in
 * hand; `backpressure_active`: strict mode while the status is active.
 */
export const REFUSAL_REASONS = [
  'predicted_wait',
  'tenant_share',
  'backlog_limit',
  'deadline',
  'hard_limit',
  'backpressure_active',
] as const;

/** One of {@link REFUSAL_REASONS}. */
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** A request that is not served now. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly criticality: Criticality;
  /** Wait that was predicted for it, in milliseconds. */
  readonly predictedWaitMs: number;
  /** When to come back, in milliseconds from now. */
  readonly retryAfterMs: number;
  /** `false`: do not come back with this request. */
  readonly retryable: boolean;
  readonly effectiveStatus: OverloadStatus;
}

/**
 * How an admitted request ended. `success`: teaches latency and capacity; `ignored`: says nothing about capacity (bad
 * input, cancelled by its caller); `dropped`: failed for lack of capacity (timed out, refused downstream).
 */
export type Outcome = 'success' | 'ignored' | 'dropped';

/** What whoever did the work reports about it. Leaving both out makes the subject's estimates inferred. */
export interface WorkReport {
  /** Time the work itself took, without waiting for a slot, in milliseconds. */
  readonly serviceMs?: number | undefined;
  /** Time it waited for a slot, in milliseconds. */
  readonly queueMs?: number | undefined;
}

/** Leave to work on one request. Settling twice counts once. */
export interface Permit {
  settle(outcome: Outcome, report?: WorkReport): void;
}

export type Admission =
  | { readonly admitted: true; readonly permit: Permit }
  | { readonly admitted: false; readonly refusal: Refusal };

/** `reported`: service times come with the answers; `inferred`: only round trips are known; `none`: nothing yet. */
export type EstimateQuality = 'reported' | 'inferred' | 'none';

/** What admission knows and does, for status, metrics and load reports. */
export interface AdmissionView {
  readonly mode: AdmissionMode;
  /** Admitted and not settled. */
  readonly backlog: number;
  /** Completions per second that the work behind can deliver; 0: not known. */
  readonly deliveredPerSecond: number;
  /** Mean service time, in milliseconds; 0: not known. */
  readonly serviceMs: number;
  /** Queue delay seen last, in milliseconds. */
  readonly queueMs: number;
  readonly predictedWaitMs: number;
  /** Most in hand that the fallback allows; `undefined` while service times are known. */
  readonly backlogLimit: number | undefined;
  readonly quality: EstimateQuality;
  /** What admission does now: `warning` sheds some, `active` sheds a tenth or more, or something critical. */
  readonly effectiveStatus: OverloadStatus;
  /** Since when the effective status holds, in milliseconds of the clock that admission is given. */
  readonly effectiveSinceMs: number;
}

/** Requests by class and fate since the last collection. */
export interface AdmissionCounts {
  readonly admitted: Readonly<Record<Criticality, number>>;
  /** Refused, or in shadow mode: would have been. Only pairs that occurred. */
  readonly refused: readonly {
    readonly criticality: Criticality;
    readonly reason: RefusalReason;
    readonly count: number;
  }[];
}

/** What `SubjectAdmission` works with. */
export interface AdmissionParts {
  /** Monotonic; a worse one does no harm. */
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Unix time at the clock's origin, in milliseconds. Default 0. Replicas that tell it draw the same lots for tenants. */
  readonly originMs?: number;
  /** How long a request that comes now has waited in this process already, in milliseconds. Default: not at all. */
  readonly waitedMs?: () => number;
  /** Told of every answer to an admitted request, once, with the time from admission to answer. Must not throw. */
  readonly onSettled?: (latencyMs: number, outcome: Outcome) => void;
  /** Told of the first refusal for lack of capacity after a second without any, in the midst of `admit`. Must not throw. */
  readonly onRefusing?: () => void;
}
