import { causesDocument, creditDocument, metricsDocument } from './backpressure-documents.js';
import type { CauseLike, SignalsLike } from './subject-status-like.js';

type MetricsDocument = ReturnType<typeof metricsDocument>;

/**
 * Router to gateway: how loaded a subject is. The same bytes go over NATS and by HTTP.
 * Of two notifications of a subject the one with the greater `epoch` is newer, and within an epoch the one with the greater `seq`.
 */
export interface GatewayNotificationDocument {
  readonly type: 'backpressure_status';
  readonly status: string;
  readonly subject: string;
  readonly metrics: MetricsDocument;
  /** Unix milliseconds. */
  readonly timestamp: number;
  /** 0 unless the status is `active`. */
  readonly retry_after_seconds: number;
  /** The worse of the status and what admission does. */
  readonly effective_status: string;
  /** The lead under which it was published: Unix milliseconds of its beginning, greater than that of every lead before. */
  readonly epoch: number;
  /** From 1, rises by 1 with each notification of the subject within its epoch. */
  readonly seq: number;
  /** For how long it may be believed, in milliseconds from its arrival. */
  readonly ttl_ms: number;
  /** Requests per second that the router, all replicas together, takes now; `null`: it refuses nothing. */
  readonly credit: number | null;
}

/** Which notification of a subject it is, and for how long it holds. */
export interface NotificationStamp {
  readonly epoch: number;
  readonly seq: number;
  readonly ttlMs: number;
}

/** What a notification needs to know of the status of a subject. */
export interface NotifiedStatusLike {
  readonly subject: string;
  /** `active`, `warning` or `inactive`. */
  readonly status: string;
  readonly effectiveStatus: string;
  readonly signals: SignalsLike;
  readonly policy: { readonly retryAfterSeconds: number };
  /** Requests per second that all replicas together take now; `null`: nothing is refused. */
  readonly creditPerSecond: number | null;
  /** Unix milliseconds. */
  readonly timestampMs: number;
}

/** How many subjects are how loaded. */
export interface BackpressureHealthDocument {
  /** No subject is `active`. */
  readonly healthy: boolean;
  readonly status_counts: {
    readonly active: number;
    readonly warning: number;
    readonly inactive: number;
  };
  readonly total_subjects: number;
  /** Unix milliseconds. */
  readonly timestamp: number;
}

/** What the document needs to know of the health of all subjects together. */
interface HealthLike {
  readonly healthy: boolean;
  readonly statusCounts: BackpressureHealthDocument['status_counts'];
  readonly totalSubjects: number;
  /** Unix milliseconds. */
  readonly timestampMs: number;
}

/** An alert, once when it begins and once when it ends. */
export interface AlertDocument {
  readonly alert_name: string;
  readonly severity: string;
  /** `raised` or `resolved`. */
  readonly state: string;
  readonly message: string;
  readonly labels: MetricsDocument & { readonly subject: string };
  /** Unix milliseconds. */
  readonly timestamp: number;
}

/** What the documents need to know of an alert. */
export interface AlertLike {
  readonly alertName: string;
  readonly severity: string;
  readonly state: string;
  readonly subject: string;
  readonly message: string;
  readonly signals: SignalsLike;
  readonly atMs: number;
}

/** What the documents need to know of an entry of a subject's history. */
export interface HistoryEntryLike {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  readonly signals: SignalsLike;
  readonly causes: readonly CauseLike[];
  readonly retryAfterSeconds: number;
  readonly recoveryTimeMs?: number;
  readonly replica: string;
}

/** One event of a subject's history. */
export interface BackpressureEventDocument extends MetricsDocument {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  /** Unix milliseconds. */
  readonly timestamp: number;
  readonly from: string;
  readonly to: string;
  /** Signals above their thresholds at that time. */
  readonly causes: ReturnType<typeof causesDocument>;
  readonly retry_after_seconds: number;
  /** Of recoveries, in milliseconds. */
  readonly recovery_time?: number;
  readonly replica: string;
}

/** Builds what gateways are told of the load of a subject. */
export function gatewayNotification(
  status: NotifiedStatusLike,
  stamp: NotificationStamp,
): GatewayNotificationDocument {
  return {
    type: 'backpressure_status',
    status: status.status,
    subject: status.subject,
    metrics: metricsDocument(status.signals),
    timestamp: status.timestampMs,
    retry_after_seconds: status.status === 'active' ? status.policy.retryAfterSeconds : 0,
    effective_status: status.effectiveStatus,
    epoch: stamp.epoch,
    seq: stamp.seq,
    ttl_ms: stamp.ttlMs,
    credit: creditDocument(status.creditPerSecond),
  };
}

/** Builds the health result of all subjects together. */
export function backpressureHealth(health: HealthLike): BackpressureHealthDocument {
  const { healthy, statusCounts, totalSubjects, timestampMs } = health;
  return {
    healthy,
    status_counts: statusCounts,
    total_subjects: totalSubjects,
    timestamp: timestampMs,
  };
}

/** Builds the payload of an alert. */
export function alertDocument(alert: AlertLike): AlertDocument {
  return {
    alert_name: alert.alertName,
    severity: alert.severity,
    state: alert.state,
    message: alert.message,
    labels: { subject: alert.subject, ...metricsDocument(alert.signals) },
    timestamp: alert.atMs,
  };
}

/** Builds one event of a subject's history. */
export function backpressureEvent(entry: HistoryEntryLike): BackpressureEventDocument {
  const event = {
    id: entry.id,
    type: entry.type,
    subject: entry.subject,
    timestamp: entry.atMs,
    ...metricsDocument(entry.signals),
    from: entry.from,
    to: entry.to,
    causes: causesDocument(entry.causes),
    retry_after_seconds: entry.retryAfterSeconds,
    replica: entry.replica,
  };
  const { recoveryTimeMs } = entry;
  return recoveryTimeMs === undefined ? event : { ...event, recovery_time: recoveryTimeMs };
}
