const UUID_V4 =
  /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$/;
const ULID = /^[0-9A-HJ-KM-NP-TV-Z]{26}$/;
const W3C_TRACE_ID = /^(?!0{32})[0-9a-fA-F]{32}$/;
const POLICY_DOCUMENT_ID = /^[a-zA-Z0-9_.-]{1,255}$/;
const USER_ID = /^[a-zA-Z0-9_-]{1,64}$/;

/** A UUID v4 or a ULID, as run, flow and step ids must be. */
export const CORRELATION_ID_PATTERN = new RegExp(`${UUID_V4.source}|${ULID.source}`);

/** Longest request id and trace id, in UTF-16 units. */
export const MAX_ID_LENGTH = 128;

/** Longest idempotency key, in UTF-16 units. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 256;

/** Whether a value is a UUID v4, in upper or lower case. */
export function isUuidV4(value: unknown): value is string {
  return typeof value === 'string' && UUID_V4.test(value);
}

/** Whether a value is a ULID. */
export function isUlid(value: unknown): value is string {
  return typeof value === 'string' && ULID.test(value);
}

/** Whether a value is a W3C trace id: 32 hex digits, not all zero. */
export function isW3cTraceId(value: unknown): value is string {
  return typeof value === 'string' && W3C_TRACE_ID.test(value);
}

/** Whether a trace id has one of the two formats that strict mode demands. */
export function isStrictTraceId(value: string): boolean {
  return W3C_TRACE_ID.test(value) || UUID_V4.test(value);
}

/** Whether a value may be the tenant of a policy document. */
export function isTenantId(value: unknown): value is string {
  return typeof value === 'string' && POLICY_DOCUMENT_ID.test(value);
}

/** Whether a value may be the id of a policy document. */
export function isPolicyId(value: unknown): value is string {
  return typeof value === 'string' && POLICY_DOCUMENT_ID.test(value);
}

/** Whether a value may be the id of a user. */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && USER_ID.test(value);
}
