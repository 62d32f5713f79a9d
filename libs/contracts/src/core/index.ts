// Where messages go
export {
  ALERT_SUBJECTS,
  backpressureEventSubject,
  BUCKETS,
  CONSUMERS,
  dlqSubjectOf,
  durableSubjects,
  isRequestReplySubject,
  NOTIFICATION_SUBJECTS,
  notificationSubjectOf,
  QUEUES,
  STREAMS,
  SUBJECT_PATTERN,
  SUBJECTS,
} from './subjects.js';
export { kvKey, kvKeyParts } from './kv-key.js';
export { findSchemaVersion, type SchemaVersion, type VersionSources } from './schema-version.js';

// What headers say
export {
  type ContextHeaders,
  type HeaderReader,
  HEADERS,
  IDEMPOTENCY_KEY_HEADERS,
  NO_HEADERS,
} from './headers.js';
export { formatTraceparent, parseTraceparent, type TraceParent } from './traceparent.js';

// What callers say about a request: how much it matters, how long they wait
export { CRITICALITIES, type Criticality } from './criticality.js';
export { type ReadCriticality, readCriticality } from './read-criticality.js';
export { readTimeoutMs } from './read-timeout.js';

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
export { isPolicyId, isTenantId, isUlid, isUuidV4, isW3cTraceId } from './correlation.js';
export { looksLikeInjection } from './injection.js';
export { readJson } from './read-json.js';
export type { BrokenLimit } from './json-limits.js';
export type { JsonLimits } from './limits.js';
export { isFlagSet } from './routing-context.js';
export type { FieldProblem } from './field-problem.js';
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
} from './replies.js';

// Overload: refusals
export { OVERLOAD_HEADERS, OVERLOAD_TRAILERS } from './overload-headers.js';
export {
  type HttpRefusal,
  type NatsRefusal,
  type OverloadHttpStatus,
  RefusalWriter,
  wholeMs,
} from './overload-refusal.js';
export type { RefusalLike } from './refusal-like.js';

// Overload: documents
export {
  backpressureStatus,
  type BackpressureStatusDocument,
  detailedStatus,
  type DetailedStatusDocument,
  unknownStatus,
  type UnknownStatusDocument,
} from './backpressure-documents.js';
export type { SubjectStatusLike } from './subject-status-like.js';
export {
  alertDocument,
  type AlertDocument,
  backpressureEvent,
  type BackpressureEventDocument,
  backpressureHealth,
  type BackpressureHealthDocument,
  gatewayNotification,
  type GatewayNotificationDocument,
  type NotificationStamp,
  type NotifiedStatusLike,
} from './backpressure-notices.js';

// Overload: who is told
export {
  gatewayDelivery,
  type GatewayDeliveryDocument,
  gatewayEndpoint,
  type GatewayEndpointDocument,
} from './gateway-documents.js';

// Failures
export { ERRORS, type GrpcStatus, type WireError, type WireErrorCode } from './error-catalogue.js';
export { failureOfReason, intakeFailure, type RouterFailure } from './failure.js';
export type { FailureReason } from './failure-reasons.js';
export {
  grpcStatusOfReason,
  type GrpcStatusEntry,
  type GrpcStatusTable,
  mapReasonToGrpc,
  type ReasonLike,
  reloadGrpcStatuses,
} from './grpc-status-table.js';
export {
  fateOfRefused,
  INTAKE_ERRORS,
  type IntakeError,
  type IntakeErrorCode,
  intakeErrorCodeOf,
  type IntakeErrorContext,
  intakeMessage,
  isPermanentIntakeError,
} from './intake-errors.js';
