// Protecting a process
export { OverloadControl } from './adapters/overload-control.js';
export type {
  OverloadControlOptions,
  SubjectDeclaration,
} from './adapters/overload-control-options.js';
export type { StatusListener, SubjectControl } from './adapters/subject-control.js';

// Asking for the status
export type {
  KnownSubjectStatus,
  OverloadHealth,
  SubjectStatus,
  UnknownSubjectStatus,
} from './adapters/subject-status.js';

// Nest
export { BackpressureModule } from './nest/backpressure.module.js';
export type { BackpressureModuleOptions } from './nest/backpressure.module-definition.js';

export type { OverloadEvent } from './core/index.js';
