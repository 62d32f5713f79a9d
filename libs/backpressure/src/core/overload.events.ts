import type { AdmissionCounts, AdmissionView } from './admission-types.js';
import type { LoadSignals, OverloadCause, SignalName, SignalSource } from './load-signals.js';
import type { OverloadStatus } from './overload-status.js';

/** Kinds of entries in the history of a subject. The first three are the contract's. */
export type HistoryEntryType =
  | 'backpressure_active'
  | 'backpressure_warning'
  | 'recovery'
  | 'shedding_started'
  | 'shedding_stopped';

/** One entry of the durable history: stored in the stream `router-events`, the same on every replica. */
export interface HistoryEntry {
  /** Unique: `<replica>-<epoch>-<n>`. */
  readonly id: string;
  readonly type: HistoryEntryType;
  readonly subject: string;
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly from: OverloadStatus;
  readonly to: OverloadStatus;
  readonly signals: LoadSignals;
  /** The signals above their thresholds at that time. */
  readonly causes: readonly OverloadCause[];
  readonly retryAfterSeconds: number;
  /** With `recovery`: how long the subject had not been inactive, in milliseconds. */
  readonly recoveryTimeMs?: number;
  readonly replica: string;
}

/** An alert, once on entry and once on its end. */
export interface OverloadAlert {
  readonly alertName: 'RouterBackpressureActive' | 'RouterBackpressureWarning';
  readonly severity: 'warning' | 'info';
  readonly state: 'raised' | 'resolved';
  readonly subject: string;
  readonly message: string;
  readonly signals: LoadSignals;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** Facts of overload control, for metrics and logs. */
export type OverloadEvent =
  | { readonly type: 'history-entry'; readonly entry: HistoryEntry }
  | {
      readonly type: 'evaluated';
      readonly subject: string;
      readonly status: OverloadStatus;
      readonly signals: LoadSignals;
      readonly ackPending: number | undefined;
      readonly sources: Readonly<Record<SignalName, SignalSource>>;
      readonly p50Ms: number;
      readonly p99Ms: number;
    }
  | {
      readonly type: 'admission-window';
      readonly subject: string;
      readonly counts: AdmissionCounts;
      readonly view: AdmissionView;
    }
  | { readonly type: 'alert'; readonly alert: OverloadAlert }
  | {
      readonly type: 'consumer-queried';
      readonly subject: string;
      readonly consumer: string;
      /** `none`: it was answered. */
      readonly error: 'none' | 'timeout' | 'not_found' | 'not_connected' | 'failed';
    }
  | {
      readonly type: 'p95-calculated';
      readonly subject: string;
      readonly source: SignalSource;
      readonly error?: string;
    }
  | {
      readonly type: 'signal-source-changed';
      readonly subject: string;
      readonly signal: SignalName;
      readonly from: SignalSource;
      readonly to: SignalSource;
      readonly detail: string;
    }
  | { readonly type: 'settings-applied'; readonly subject: string; readonly revision: number }
  | {
      readonly type: 'settings-refused';
      readonly subject: string;
      readonly revision: number;
      readonly problems: readonly string[];
    }
  /** No replica serves the subject any more, or another one took its place: nothing more is told of it. */
  | { readonly type: 'subject-forgotten'; readonly subject: string }
  | { readonly type: 'replica-joined' | 'replica-lost'; readonly replica: string }
  | { readonly type: 'leader-changed'; readonly replica: string; readonly isSelf: boolean }
  | { readonly type: 'report-refused'; readonly replica: string; readonly problem: string }
  | { readonly type: 'history-lost'; readonly count: number }
  /** What was stored of a subject's past cannot be read: what lies in the stream is known all the same. */
  | { readonly type: 'checkpoint-refused'; readonly subject: string; readonly problem: string }
  | {
      readonly type: 'event-loop';
      readonly delayP99Ms: number;
      readonly delayMeanMs: number;
      /** 0 to 1. */
      readonly utilisation: number;
    }
  | { readonly type: 'criticality-capped'; readonly subject: string }
  | { readonly type: 'permits-expired'; readonly subject: string; readonly count: number };
