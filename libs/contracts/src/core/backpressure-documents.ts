import type {
  AdmissionViewLike,
  CauseLike,
  RecoveryLike,
  SignalsLike,
  SubjectStatusLike,
} from './subject-status-like.js';

interface MetricsDocument {
  readonly pending_messages: number;
  readonly latency_p95_ms: number;
  readonly inflight_messages: number;
}

interface ThresholdsDocument {
  readonly queue_overload: number;
  readonly latency_overload_ms: number;
  readonly inflight_overload: number;
}

interface RecoveryDocument {
  readonly recovered: boolean;
  /** Milliseconds. */
  readonly recovery_time: number | null;
  /** Unix milliseconds. */
  readonly recovered_at: number | null;
}

/** What admission of the answering replica knows and does; `mode` is `none` where it does not serve the subject. */
interface AdmissionDocument {
  readonly mode: string;
  readonly quality: string;
  readonly backlog: number;
  readonly backlog_limit: number | null;
  readonly predicted_wait_ms: number;
  readonly delivered_per_second: number;
  readonly service_ms: number;
  readonly queue_ms: number;
}

/** Facts about a subject that the contract does not name. */
interface StatusAdditions {
  /** The worse of the status and what admission does. */
  readonly effective_status: string;
  readonly sources: MetricsSources;
  readonly causes: readonly CauseDocument[];
  readonly ack_pending_messages: number | null;
  readonly predicted_wait_ms: number;
  readonly shed_ratio: number;
  /** Requests per second that the router, all replicas together, takes now; `null`: it refuses nothing. */
  readonly credit: number | null;
  readonly admission: AdmissionDocument;
  readonly replicas: readonly string[];
  readonly leader: string | null;
  /** Unix milliseconds. */
  readonly since: number;
}

/** A signal above its threshold. */
interface CauseDocument {
  readonly signal: string;
  readonly value: number;
  readonly threshold: number;
}

type MetricsSources = Readonly<Record<keyof MetricsDocument, string>>;

/** Status of a subject as gateways read it. */
export interface BackpressureStatusDocument extends StatusAdditions {
  readonly subject: string;
  readonly status: string;
  readonly metrics: MetricsDocument;
  readonly thresholds: ThresholdsDocument;
  readonly policy: { readonly retry_after_seconds: number; readonly max_retry_attempts: number };
  /** Unix milliseconds. */
  readonly timestamp: number;
}

/** Status of what is no subject. */
export interface UnknownStatusDocument {
  readonly subject: unknown;
  readonly status: 'unknown';
  readonly error: string;
  /** Unix milliseconds. */
  readonly timestamp: number;
}

/** Status of a subject with everything that is known about it. */
export interface DetailedStatusDocument extends StatusAdditions {
  readonly subject: string;
  /** `backpressure_active`, `backpressure_warning` or `backpressure_inactive`. */
  readonly status: string;
  readonly metrics: MetricsDocument;
  readonly thresholds: ThresholdsDocument;
  readonly policy: {
    readonly retry_after_seconds: number;
    readonly max_retry_attempts: number;
    readonly backoff_strategy: string;
    readonly recovery_threshold: number;
    readonly alert_on_active: boolean;
    readonly alert_on_warning: boolean;
  };
  readonly recovery: RecoveryDocument;
  /** Unix milliseconds. */
  readonly timestamp: number;
}

/** Builds the status of a subject: the contract's fields, and ours beside them. */
export function backpressureStatus(status: SubjectStatusLike): BackpressureStatusDocument {
  const { policy } = status;
  return {
    subject: status.subject,
    status: status.status,
    metrics: metricsDocument(status.signals),
    thresholds: thresholdsDocument(status.thresholds),
    policy: {
      retry_after_seconds: policy.retryAfterSeconds,
      max_retry_attempts: policy.maxRetryAttempts,
    },
    timestamp: status.timestampMs,
    ...additionsOf(status),
  };
}

/** Builds the status of something that is no subject. The subject is shown as it came, shortened. */
export function unknownStatus(
  subject: unknown,
  error: string,
  timestampMs: number,
): UnknownStatusDocument {
  const shown = typeof subject === 'string' ? subject.slice(0, MAX_SHOWN) : (subject ?? null);
  return { subject: shown, status: 'unknown', error, timestamp: timestampMs };
}

/** Builds the status of a subject with the whole policy, the internal name of the status and the last recovery. */
export function detailedStatus(status: SubjectStatusLike): DetailedStatusDocument {
  const { policy } = status;
  return {
    subject: status.subject,
    status: `backpressure_${status.status}`,
    metrics: metricsDocument(status.signals),
    thresholds: thresholdsDocument(status.thresholds),
    policy: {
      retry_after_seconds: policy.retryAfterSeconds,
      max_retry_attempts: policy.maxRetryAttempts,
      backoff_strategy: policy.backoffStrategy,
      recovery_threshold: policy.recoveryThreshold,
      alert_on_active: policy.alertOnActive,
      alert_on_warning: policy.alertOnWarning,
    },
    recovery: recoveryDocument(status.recovery),
    timestamp: status.timestampMs,
    ...additionsOf(status),
  };
}

/** The loads of a subject in wire spelling. */
export function metricsDocument(signals: SignalsLike): MetricsDocument {
  return {
    pending_messages: signals.pendingMessages,
    latency_p95_ms: signals.latencyP95Ms,
    inflight_messages: signals.inflightMessages,
  };
}

/** The signals above their thresholds, in wire spelling. */
export function causesDocument(causes: readonly CauseLike[]): readonly CauseDocument[] {
  return causes.map((cause) => ({ ...cause, signal: SIGNAL_NAMES[cause.signal] }));
}

/** The credit of a subject as the documents tell it: to a thousandth, and never below zero. */
export function creditDocument(creditPerSecond: number | null): number | null {
  return creditPerSecond === null ? null : rounded(Math.max(0, creditPerSecond));
}

/** Whether, when and after how long a subject has recovered. */
function recoveryDocument(recovery: RecoveryLike): RecoveryDocument {
  const { recovered, recoveryTimeMs, atMs } = recovery;
  return { recovered, recovery_time: recoveryTimeMs ?? null, recovered_at: atMs ?? null };
}

const SIGNAL_NAMES: Readonly<Record<keyof SignalsLike, keyof MetricsDocument>> = {
  pendingMessages: 'pending_messages',
  latencyP95Ms: 'latency_p95_ms',
  inflightMessages: 'inflight_messages',
};

/** Longest subject that is repeated, in UTF-16 units. */
const MAX_SHOWN = 1023;

function thresholdsDocument(thresholds: SubjectStatusLike['thresholds']): ThresholdsDocument {
  return {
    queue_overload: thresholds.queueOverload,
    latency_overload_ms: thresholds.latencyOverloadMs,
    inflight_overload: thresholds.inflightOverload,
  };
}

function additionsOf(status: SubjectStatusLike): StatusAdditions {
  const { sources, view } = status;
  return {
    effective_status: status.effectiveStatus,
    sources: {
      pending_messages: sources.pendingMessages,
      latency_p95_ms: sources.latencyP95Ms,
      inflight_messages: sources.inflightMessages,
    },
    causes: causesDocument(status.causes ?? []),
    ack_pending_messages: status.ackPending ?? null,
    predicted_wait_ms: rounded(status.predictedWaitMs ?? view?.predictedWaitMs ?? 0),
    shed_ratio: rounded(status.shedRatio ?? 0),
    credit: creditDocument(status.creditPerSecond ?? null),
    admission: admissionDocument(view ?? NOT_SERVED),
    replicas: status.replicas,
    leader: status.leader ?? null,
    since: status.sinceMs,
  };
}

/** What there is to say about admission where nobody is admitted. */
const NOT_SERVED: AdmissionViewLike = {
  mode: 'none',
  backlog: 0,
  deliveredPerSecond: 0,
  serviceMs: 0,
  queueMs: 0,
  predictedWaitMs: 0,
  backlogLimit: undefined,
  quality: 'none',
};

function admissionDocument(view: AdmissionViewLike): AdmissionDocument {
  return {
    mode: view.mode,
    quality: view.quality,
    backlog: view.backlog,
    backlog_limit: view.backlogLimit === undefined ? null : rounded(view.backlogLimit),
    predicted_wait_ms: rounded(view.predictedWaitMs),
    delivered_per_second: rounded(view.deliveredPerSecond),
    service_ms: rounded(view.serviceMs),
    queue_ms: rounded(view.queueMs),
  };
}

/** To a thousandth: more digits say nothing and read badly. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
