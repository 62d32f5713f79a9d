import type { FailureReason } from './failure-reasons.js';
import { SUPPORTED_VERSIONS } from './schema-version.js';

/** Why the intake refuses a message: the wire's `intake_error_code`. */
export type IntakeErrorCode =
  | 'SCHEMA_VALIDATION_FAILED'
  | 'VERSION_UNSUPPORTED'
  | 'CORRELATION_FIELDS_INVALID'
  | 'TENANT_FORBIDDEN'
  | 'IDEMPOTENCY_VIOLATION'
  | 'PAYLOAD_TOO_SMALL'
  | 'INTERNAL_VALIDATION_ERROR';

/** What is known about a refusal. It is also the `details` of the error response, hence the wire spelling. */
export interface IntakeErrorContext {
  readonly [fact: string]: unknown;
  /** What was wrong, in words. */
  readonly reason?: string;
  readonly version?: unknown;
  readonly supported_versions?: readonly string[];
  /** Bytes. */
  readonly payload_size?: number;
  /** Bytes. */
  readonly min_payload_size?: number;
}

export interface IntakeError {
  readonly severity: 'error' | 'warn';
  /** `dead-letter`: publish to the DLQ and acknowledge. `retry`: hand back until MaxDeliver, then as `dead-letter`. */
  readonly action: 'dead-letter' | 'retry';
  readonly failureReason: FailureReason;
  /** Text of the error response. */
  readonly messageOf: (context: IntakeErrorContext) => string;
}

function refusal(
  prefix: string,
  fallback: string,
  failureReason: FailureReason = 'invalid_request',
): IntakeError {
  const messageOf = ({ reason }: IntakeErrorContext): string => `${prefix}: ${reason ?? fallback}`;
  return { severity: 'error', action: 'dead-letter', failureReason, messageOf };
}

/** Severity, fate and text of each intake error. */
export const INTAKE_ERRORS: Readonly<Record<IntakeErrorCode, IntakeError>> = {
  SCHEMA_VALIDATION_FAILED: refusal('Schema validation failed', 'invalid_format'),
  VERSION_UNSUPPORTED: { ...refusal('', ''), messageOf: versionMessage },
  CORRELATION_FIELDS_INVALID: refusal('Correlation fields validation failed', 'invalid field'),
  TENANT_FORBIDDEN: refusal('Tenant validation failed', 'tenant_not_allowed', 'tenant_not_allowed'),
  IDEMPOTENCY_VIOLATION: {
    ...refusal('Idempotency violation', 'invalid idempotency_key'),
    severity: 'warn',
  },
  PAYLOAD_TOO_SMALL: { ...refusal('', ''), severity: 'warn', messageOf: tooSmallMessage },
  INTERNAL_VALIDATION_ERROR: {
    ...refusal('Internal validation error', 'unexpected error', 'internal_error'),
    action: 'retry',
  },
};

/** Names under which older parts raise errors that no caller can repair by sending the same message again. */
const PERMANENT_ALIASES: ReadonlySet<string> = new Set(['payload_too_large', 'json_parse_failed']);

/** The catalogue code of an internal name (`tenant_forbidden`) or of a code itself; `undefined` for anything else. */
export function intakeErrorCodeOf(name: string): IntakeErrorCode | undefined {
  const code = name.toUpperCase();
  return isIntakeErrorCode(code) ? code : undefined;
}

/** Builds the text of the error response of a refusal. */
export function intakeMessage(code: IntakeErrorCode, context: IntakeErrorContext = {}): string {
  return INTAKE_ERRORS[code].messageOf(context);
}

/** Whether delivering the message again cannot help. An unknown name is not permanent: MaxDeliver bounds its retries. */
export function isPermanentIntakeError(name: string): boolean {
  const code = intakeErrorCodeOf(name);
  if (code !== undefined) return INTAKE_ERRORS[code].action === 'dead-letter';
  return PERMANENT_ALIASES.has(name);
}

/** What becomes of the JetStream message behind a refusal. */
export function fateOfRefused(name: string): { readonly ack: boolean; readonly nak: boolean } {
  const ack = isPermanentIntakeError(name);
  return { ack, nak: !ack };
}

function isIntakeErrorCode(code: string): code is IntakeErrorCode {
  return Object.hasOwn(INTAKE_ERRORS, code);
}

function versionMessage({ version, supported_versions: supported }: IntakeErrorContext): string {
  const shown = typeof version === 'string' ? version : JSON.stringify(version);
  const versions = (supported ?? SUPPORTED_VERSIONS).join(', ');
  return `Unsupported schema version: ${shown ?? 'none'}, supported versions: [${versions}]`;
}

function tooSmallMessage(context: IntakeErrorContext): string {
  const { payload_size: size = 0, min_payload_size: minimum = 0 } = context;
  return `Payload is too small or empty: ${size} bytes, minimum: ${minimum} bytes`;
}
