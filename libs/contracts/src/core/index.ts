// Where messages go
export {
  BUCKETS,
  CONSUMERS,
  dlqSubjectOf,
  durableSubjects,
  isRequestReplySubject,
  QUEUES,
  STREAMS,
  SUBJECT_PATTERN,
  SUBJECTS,
} from './subjects.js';
export { kvKey, kvKeyParts } from './kv-key.js';
export {
  findSchemaVersion,
  type SchemaVersion,
  schemaVersionOfSubject,
  SUPPORTED_VERSIONS,
  type VersionSources,
} from './schema-version.js';

// What headers say
export {
  type ContextHeaders,
  type HeaderReader,
  HEADERS,
  IDEMPOTENCY_KEY_HEADERS,
  NO_HEADERS,
  readContextHeaders,
  traceIdOf,
} from './headers.js';
export { formatTraceparent, parseTraceparent, type TraceParent } from './traceparent.js';

// A request to decide
export type {
  DecideCommand,
  DecideConstraints,
  DecideTask,
  DecideForm,
  DecodedCommand,
} from './decide-command.js';
export {
  checkTenant,
  MAX_TENANT_ID_LENGTH,
  type TenantAllowlist,
  type TenantCheck,
} from './tenant.js';

// Checks and limits
export {
  isPolicyId,
  isStrictTraceId,
  isTenantId,
  isUlid,
  isUserId,
  isUuidV4,
  isW3cTraceId,
  MAX_ID_LENGTH,
  MAX_IDEMPOTENCY_KEY_LENGTH,
} from './correlation.js';
export { looksLikeInjection } from './injection.js';
export { type BrokenLimit, brokenJsonLimit } from './json-limits.js';
export { DEFAULT_JSON_LIMITS, DEFAULT_MIN_PAYLOAD_BYTES, type JsonLimits } from './limits.js';
export { isFlagSet } from './routing-context.js';
export { describeProblem, type FieldProblem, fieldProblem, shownValue } from './field-problem.js';
export type { RouteRequestLike } from './wire-request.js';

// Answers
export {
  decideResponse,
  type DecidedLike,
  type DecideResponse,
  errorResponse,
  type ErrorResponse,
  type ReplyContext,
  type WireDecision,
  type WireReplyContext,
} from './replies.js';

// Failures
export {
  ERRORS,
  GRPC_STATUS,
  type GrpcStatus,
  type WireError,
  type WireErrorCode,
} from './error-catalogue.js';
export { failureOfReason, intakeFailure, type RouterFailure } from './failure.js';
export { type FailureReason, WIRE_CODE_OF_REASON } from './failure-reasons.js';
export {
  DEFAULT_GRPC_STATUSES,
  grpcStatusOfReason,
  type GrpcStatusEntry,
  type GrpcStatusTable,
  mapReasonToGrpc,
  type ReasonLike,
  reloadGrpcStatuses,
} from './grpc-status-table.js';
export {
  fateOfRefused,
  INTAKE_AUDIT_EVENT,
  INTAKE_ERRORS,
  type IntakeError,
  type IntakeErrorCode,
  intakeErrorCodeOf,
  type IntakeErrorContext,
  intakeMessage,
  isPermanentIntakeError,
} from './intake-errors.js';
