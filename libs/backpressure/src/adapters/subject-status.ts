import type { StatusHealth } from '../core/health-of.js';
import type {
  AdmissionView,
  BackpressurePolicy,
  LoadSignals,
  OverloadCause,
  OverloadStatus,
  SignalName,
  SignalSource,
  Thresholds,
} from '../core/index.js';
import type { RecoveryRecord } from '../core/recovery.js';

/** Everything there is to say about a subject now. Times are Unix milliseconds. */
export interface KnownSubjectStatus {
  readonly subject: string;
  /** By the rule of the contract, the same on every replica. */
  readonly status: OverloadStatus;
  readonly sinceMs: number;
  /** The worse of the status and of what admission does anywhere. */
  readonly effectiveStatus: OverloadStatus;
  /** Of all replicas together. */
  readonly signals: LoadSignals;
  readonly sources: Readonly<Record<SignalName, SignalSource>>;
  /** The signals above their thresholds. */
  readonly causes: readonly OverloadCause[];
  /** Delivered by the consumer and not yet acknowledged; `undefined`: not known. */
  readonly ackPending: number | undefined;
  readonly thresholds: Thresholds;
  readonly policy: BackpressurePolicy;
  /** What admission of this replica does; `undefined` for a subject that is not served here. */
  readonly view: AdmissionView | undefined;
  /** Mean wait predicted over all replicas, weighted by what they deliver, in milliseconds. */
  readonly predictedWaitMs: number;
  /** Share of the offered requests that all replicas refused over the last seconds, 0 to 1. */
  readonly shedRatio: number;
  /** Requests per second that all replicas together take; `null`: none of them refuses anything. */
  readonly creditPerSecond: number | null;
  /** Ids of the living replicas. */
  readonly replicas: readonly string[];
  /** Id of the replica whose status counts. */
  readonly leader: string;
  readonly timestampMs: number;
  readonly recovery: RecoveryRecord;
}

/** The answer about something that cannot be a subject. */
interface UnknownSubjectStatus {
  readonly subject: unknown;
  readonly status: 'unknown';
  readonly error: 'invalid_subject';
  /** Unix milliseconds. */
  readonly timestampMs: number;
}

export type SubjectStatus = KnownSubjectStatus | UnknownSubjectStatus;

/** The answer about all subjects together. */
export interface OverloadHealth extends StatusHealth {
  /** Unix milliseconds. */
  readonly timestampMs: number;
}
