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
  /** Time after which an admitted request that never settled is given up, in milliseconds. Default 60 000. */
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
