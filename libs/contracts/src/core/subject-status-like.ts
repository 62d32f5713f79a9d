/** Load of a subject, as the documents tell it. */
export interface SignalsLike {
  readonly pendingMessages: number;
  readonly latencyP95Ms: number;
  readonly inflightMessages: number;
}

/** Where each signal comes from, in wire spelling (`measured`, `prometheus`, `cache`, `unknown`). */
type SignalSourcesLike = Readonly<Record<keyof SignalsLike, string>>;

/** A signal above its threshold. */
export interface CauseLike {
  readonly signal: keyof SignalsLike;
  readonly value: number;
  readonly threshold: number;
}

/** What the documents need to know of the status of a subject. */
export interface SubjectStatusLike {
  readonly subject: string;
  /** `active`, `warning` or `inactive`. */
  readonly status: string;
  readonly effectiveStatus: string;
  readonly signals: SignalsLike;
  readonly sources: SignalSourcesLike;
  readonly thresholds: {
    readonly queueOverload: number;
    readonly latencyOverloadMs: number;
    readonly inflightOverload: number;
  };
  readonly policy: {
    readonly retryAfterSeconds: number;
    readonly maxRetryAttempts: number;
    readonly backoffStrategy: string;
    readonly recoveryThreshold: number;
    readonly alertOnActive: boolean;
    readonly alertOnWarning: boolean;
  };
  /** What admission knows and does; `undefined`: nothing is admitted here. */
  readonly view: AdmissionViewLike | undefined;
  /** The signals above their thresholds. */
  readonly causes?: readonly CauseLike[];
  /** Delivered by the consumer and not yet acknowledged; `undefined`: not known. */
  readonly ackPending?: number | undefined;
  /** Mean wait predicted over all replicas, in milliseconds. */
  readonly predictedWaitMs?: number;
  /** Share of the offered requests that all replicas refuse, 0 to 1. */
  readonly shedRatio?: number;
  /** Requests per second that all replicas together take now; `null` or absent: nothing is refused. */
  readonly creditPerSecond?: number | null;
  /** Live replicas. */
  readonly replicas: readonly string[];
  readonly leader: string | undefined;
  readonly recovery: RecoveryLike;
  /** Since when the status holds, in Unix milliseconds. */
  readonly sinceMs: number;
  /** Unix milliseconds. */
  readonly timestampMs: number;
}

/** What the documents need to know of admission. */
export interface AdmissionViewLike {
  readonly mode: string;
  readonly backlog: number;
  readonly deliveredPerSecond: number;
  readonly serviceMs: number;
  readonly queueMs: number;
  readonly predictedWaitMs: number;
  readonly backlogLimit: number | undefined;
  readonly quality: string;
}

/** Whether a subject has come back from overload since it was last overloaded. */
export interface RecoveryLike {
  readonly recovered: boolean;
  /** How long it had not been inactive, in milliseconds. */
  readonly recoveryTimeMs?: number | undefined;
  /** When it came back, in Unix milliseconds. */
  readonly atMs?: number | undefined;
}
