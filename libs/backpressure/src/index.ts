// Protecting a process
export { OverloadControl } from './adapters/overload-control.js';
export type {
  OverloadControlOptions,
  SubjectDeclaration,
} from './adapters/overload-control-options.js';
export type { LoadListener } from './adapters/load-news.js';
export type { SubjectControl } from './adapters/subject-control.js';
export { PacedWork, pacedWork } from './adapters/paced-work.js';

// Asking for the status
export type {
  KnownSubjectStatus,
  OverloadHealth,
  SubjectStatus,
} from './adapters/subject-status.js';

export type { LiveReplica } from './core/cluster-view.js';

// Changing settings while it runs
export type { SettingsStore } from './adapters/settings-store.js';
export type { SettingsChange } from './adapters/settings-change.js';
export type { SettingsVersion } from './adapters/settings-versions.js';

// Nest
export { BackpressureModule } from './nest/backpressure.module.js';
export type { BackpressureModuleOptions } from './nest/backpressure.module-definition.js';

// Protecting handlers
export { Protected, type ProtectedOptions, Unprotected } from './nest/protected.decorator.js';
export { ProtectionModule } from './nest/protection.module.js';
export type { LoadReportMode, ProtectionModuleOptions } from './nest/protection-options.js';
export type { AdmissionGate, GateSource, LoadSource } from './nest/admission-gate.js';
export type { IncomingCall } from './nest/incoming-call.js';
export { tenantInHeaders } from './nest/request-of-call.js';
export { RequestPermit, type RequestWork } from './nest/permit.decorator.js';
export { OverloadSerializer } from './nest/overload-serializer.js';
export { loadReportTrailers } from './nest/load-report-trailers.js';

export type { OverloadEvent } from './core/index.js';
