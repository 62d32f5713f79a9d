import { GRPC_STATUS, type GrpcStatus } from './error-catalogue.js';
import type { FailureReason } from './failure-reasons.js';

/** A gRPC status with its default text. */
export type GrpcStatusEntry = readonly [status: GrpcStatus, message: string];

/** gRPC status and default text by reason. Replaced as a whole, never changed. */
export type GrpcStatusTable = Readonly<Record<string, GrpcStatusEntry>>;

const { invalidArgument, notFound, permissionDenied, resourceExhausted } = GRPC_STATUS;
const { internal, unavailable, unauthenticated } = GRPC_STATUS;

/** The statuses of the contract. */
export const DEFAULT_GRPC_STATUSES = {
  invalid_request: [invalidArgument, 'invalid request'],
  invalid_policy: [invalidArgument, 'invalid policy'],
  missing_message: [invalidArgument, 'missing message'],
  missing_tenant_id: [invalidArgument, 'missing tenant_id'],
  policy_not_found: [notFound, 'policy not found'],
  decision_not_found: [notFound, 'decision not found'],
  permission_denied: [permissionDenied, 'permission denied'],
  acl_denied: [permissionDenied, 'permission denied'],
  tenant_not_allowed: [permissionDenied, 'tenant not allowed'],
  unauthenticated: [unauthenticated, 'unauthenticated'],
  rate_limit_exceeded: [resourceExhausted, 'Rate limit exceeded'],
  rate_limited: [resourceExhausted, 'Rate limit exceeded'],
  quota_exceeded: [resourceExhausted, 'quota exceeded'],
  budget_exceeded: [resourceExhausted, 'budget exceeded'],
  service_overloaded: [resourceExhausted, 'Router is overloaded'],
  no_provider_available: [internal, 'no provider available'],
  service_down: [unavailable, 'service unavailable'],
  timeout: [unavailable, 'request timeout'],
  nats_unavailable: [unavailable, 'NATS service unavailable'],
  internal_error: [internal, 'internal server error'],
  extension_not_found: [notFound, 'extension not found'],
  extension_timeout: [unavailable, 'extension timeout'],
  extension_unavailable: [unavailable, 'extension unavailable'],
  extension_error: [internal, 'extension failed'],
  validator_blocked: [permissionDenied, 'blocked by a validator'],
  post_processor_failed: [internal, 'post processor failed'],
} as const satisfies Record<FailureReason, GrpcStatusEntry>;

const ALLOWED_STATUSES: ReadonlySet<unknown> = new Set(Object.values(GRPC_STATUS));

/** The gRPC status of a reason of ours. */
export function grpcStatusOfReason(reason: FailureReason): GrpcStatus {
  return DEFAULT_GRPC_STATUSES[reason][0];
}

/** A reason, alone or with the facts that came with it. */
export type ReasonLike =
  string | readonly [reason: string, context: Readonly<Record<string, unknown>>];

/**
 * Maps any reason to a gRPC status and a text. `context.context` overrides the default text, and is turned into text
 * when it is none; an unknown reason is an internal error.
 */
export function mapReasonToGrpc(
  reasonLike: ReasonLike,
  context?: Readonly<Record<string, unknown>>,
  table: GrpcStatusTable = DEFAULT_GRPC_STATUSES,
): { readonly grpcStatus: GrpcStatus; readonly message: string } {
  const [reason, facts] = typeof reasonLike === 'string' ? [reasonLike, context] : reasonLike;
  const [grpcStatus, text] = entryOf(table, reason);
  const override = facts?.['context'];
  if (override === undefined || override === null || override === '') {
    return { grpcStatus, message: text };
  }
  return { grpcStatus, message: typeof override === 'string' ? override : textOf(override) };
}

/** A new table with `mapping` laid over `table`, or every entry that is not a pair of an allowed status and a text. */
export function reloadGrpcStatuses(
  mapping: Readonly<Record<string, unknown>>,
  table: GrpcStatusTable = DEFAULT_GRPC_STATUSES,
):
  | { readonly ok: true; readonly table: GrpcStatusTable }
  | { readonly ok: false; readonly problems: readonly string[] } {
  const accepted: Record<string, GrpcStatusEntry> = {};
  const problems: string[] = [];
  for (const [reason, entry] of Object.entries(mapping)) {
    if (isEntry(entry)) accepted[reason] = entry;
    else problems.push(`${reason} must be [status, text] with a status of 3, 5, 7, 8, 13, 14, 16`);
  }
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, table: { ...table, ...accepted } };
}

function entryOf(table: GrpcStatusTable, reason: string): GrpcStatusEntry {
  const own = Object.hasOwn(table, reason) ? table[reason] : undefined;
  return own ?? DEFAULT_GRPC_STATUSES.internal_error;
}

function isEntry(entry: unknown): entry is GrpcStatusEntry {
  return (
    Array.isArray(entry) &&
    entry.length === 2 &&
    ALLOWED_STATUSES.has(entry[0]) &&
    typeof entry[1] === 'string' &&
    entry[1] !== ''
  );
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
}
