/** From where on each signal of a subject counts as overloaded: strictly above. */
export interface Thresholds {
  /** Messages. Default 1000, at least 1. */
  readonly queueOverload: number;
  /** p95 of processing, in milliseconds. Default 5000, at least 1. */
  readonly latencyOverloadMs: number;
  /** Messages. Default 500, at least 1. */
  readonly inflightOverload: number;
}

/** What follows from the reported status. */
export interface BackpressurePolicy {
  /** Told to callers while the status is `active`, in seconds. Default 30, at least 1. */
  readonly retryAfterSeconds: number;
  /** Default 3, at least 1. */
  readonly maxRetryAttempts: number;
  /** As given. Default `exponential`. */
  readonly backoffStrategy: string;
  /** `active` ends once every signal is at or below this share of its threshold, 0 to 1. Default 0.5; 1: the plain rule. */
  readonly recoveryThreshold: number;
  /** Default true. */
  readonly alertOnActive: boolean;
  /** Default false. */
  readonly alertOnWarning: boolean;
}

/** `proportional` sheds by predicted wait, `strict` refuses everything while `active`, `shadow` only counts. */
export type AdmissionMode = 'proportional' | 'strict' | 'shadow';

/** `slots` computes a time to come back in, `fixed` gives the policy's constant. */
export type RetryAfterMode = 'slots' | 'fixed';

/** How requests of a subject are let in. */
export interface AdmissionSettings {
  /** Default `proportional`. */
  readonly mode: AdmissionMode;
  /** Longest a request may take from admission to answer, in milliseconds. Default: the latency threshold. */
  readonly sloMs: number | undefined;
  /** Most requests in hand at once, whatever the prediction says. Default 10 000. */
  readonly maxInflight: number;
  /** Default `slots`. */
  readonly retryAfterMode: RetryAfterMode;
  /** Longest computed Retry-After, in seconds. Default 300. */
  readonly retryAfterMaxSeconds: number;
  /**
   * Time after which an admitted request that never settled is given up, in milliseconds. Default 60 000. Less than
   * {@link permitTtlMsOf} tells counts as that.
   */
  readonly permitTtlMs: number;
}

/** Everything that is configured for one subject. */
export interface SubjectSettings {
  readonly thresholds: Thresholds;
  readonly policy: BackpressurePolicy;
  readonly admission: AdmissionSettings;
}

/** The contract's defaults. */
export const DEFAULT_SETTINGS: SubjectSettings = {
  thresholds: { queueOverload: 1000, latencyOverloadMs: 5000, inflightOverload: 500 },
  policy: {
    retryAfterSeconds: 30,
    maxRetryAttempts: 3,
    backoffStrategy: 'exponential',
    recoveryThreshold: 0.5,
    alertOnActive: true,
    alertOnWarning: false,
  },
  admission: {
    mode: 'proportional',
    sloMs: undefined,
    maxInflight: 10_000,
    retryAfterMode: 'slots',
    retryAfterMaxSeconds: 300,
    permitTtlMs: 60_000,
  },
};

/** Permits live at least so many times as long as a request may take. */
const LIVES_PER_OBJECTIVE = 2;

/** Longest time from admission to answer. */
export function sloMsOf({ admission, thresholds }: SubjectSettings): number {
  return admission.sloMs ?? thresholds.latencyOverloadMs;
}

/**
 * How long permits live: as configured, but at least twice as long as the objective and the latency threshold. What is
 * given up is not measured any more: with shorter lives no latency could ever be seen to exceed its threshold.
 */
export function permitTtlMsOf(settings: SubjectSettings): number {
  const { admission, thresholds } = settings;
  const leastMs = leastPermitTtlMs(sloMsOf(settings), thresholds.latencyOverloadMs);
  return Math.max(admission.permitTtlMs, leastMs);
}

/** Shortest life of a permit that goes with these times. */
export function leastPermitTtlMs(sloMs: number, latencyOverloadMs: number): number {
  return LIVES_PER_OBJECTIVE * Math.max(sloMs, latencyOverloadMs);
}
