import {
  type CauseLike,
  causesDocument,
  metricsDocument,
  type SignalsLike,
  type SubjectStatusLike,
} from './backpressure-documents.js';

type MetricsDocument = ReturnType<typeof metricsDocument>;

/** Router to gateway: the status of a subject has changed. */
export interface GatewayNotificationDocument {
  readonly type: 'backpressure_status';
  readonly status: string;
  readonly subject: string;
  readonly metrics: MetricsDocument;
  /** Unix milliseconds. */
  readonly timestamp: number;
  /** 0 unless the status is `active`. */
  readonly retry_after_seconds: number;
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

/** Builds what gateways are told when the status of a subject changes. */
export function gatewayNotification(
  status: Pick<SubjectStatusLike, 'subject' | 'status' | 'signals' | 'timestampMs'> & {
    readonly policy: { readonly retryAfterSeconds: number };
  },
): GatewayNotificationDocument {
  return {
    type: 'backpressure_status',
    status: status.status,
    subject: status.subject,
    metrics: metricsDocument(status.signals),
    timestamp: status.timestampMs,
    retry_after_seconds: status.status === 'active' ? status.policy.retryAfterSeconds : 0,
  };
}

/** Builds the health result from the status of every subject. */
export function backpressureHealth(
  statuses: readonly string[],
  timestampMs: number,
): BackpressureHealthDocument {
  const countOf = (wanted: string): number => statuses.filter((each) => each === wanted).length;
  const active = countOf('active');
  return {
    healthy: active === 0,
    status_counts: { active, warning: countOf('warning'), inactive: countOf('inactive') },
    total_subjects: statuses.length,
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
