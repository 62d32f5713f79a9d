// Configuring
export {
  type AdmissionMode,
  type AdmissionSettings,
  type BackpressurePolicy,
  DEFAULT_SETTINGS,
  permitTtlMsOf,
  type RetryAfterMode,
  type SubjectSettings,
  type Thresholds,
} from './subject-settings.js';
export { type ReadSettings, readSubjectSettings } from './read-settings.js';

// Admitting
export type {
  Admission,
  AdmissionCounts,
  AdmissionParts,
  AdmissionRequest,
  AdmissionView,
  EstimateQuality,
  Outcome,
  Permit,
  Refusal,
  RefusalReason,
  WorkReport,
} from './admission-types.js';
export { REFUSAL_REASONS } from './admission-types.js';
export {
  type RaiseRule,
  readAdmissionRequest,
  type RequestFacts,
  tenantIn,
} from './read-request.js';
export { SubjectAdmission } from './subject-admission.js';
export { type Credit, creditOf } from './credit.js';
export { CRITICALITIES, type Criticality } from '@beamline/contracts/core';

// Telling the refused when to come back
export { type RetryAppointment, RetrySlots } from './retry-slots.js';

// Reporting
export { loadFigures } from './load-figures.js';
export { nextStatus, type StatusVerdict } from './status-rule.js';
export { LatencyWindow } from './latency-window.js';
export { OVERLOAD_STATUSES, type OverloadStatus, worse } from './overload-status.js';
export {
  type LoadSignals,
  type OverloadCause,
  SIGNAL_NAMES,
  type SignalName,
  type SignalSource,
} from './load-signals.js';
export type { ReplicaReport, SparseCounts, SubjectReport } from './replica-report.js';

// Remembering
export type { SubjectAggregates } from './overload-history.js';
export type { EventAggregate } from './event-aggregates.js';

// Observing
export type {
  HistoryEntry,
  HistoryEntryType,
  OverloadAlert,
  OverloadEvent,
} from './overload.events.js';
