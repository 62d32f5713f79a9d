import type { FailureReason } from './failure-reasons.js';
import { intakeFailure, type RouterFailure } from './failure.js';
import { describeProblem, type FieldProblem } from './field-problem.js';
import type { IntakeErrorCode } from './intake-errors.js';
import { type SchemaVersion, SUPPORTED_VERSIONS } from './schema-version.js';

const CORRELATION_FIELDS: ReadonlySet<string> = new Set([
  'request_id',
  'trace_id',
  'run_id',
  'flow_id',
  'step_id',
  'message_id',
  'message.message_id',
  'message.trace_id',
]);

/** How a value that is not there is shown. */
const MISSING: ReadonlySet<string> = new Set(['nothing', 'null', '""']);

/** The steps of validation, in the order in which their failures are reported. */
const STEPS: readonly IntakeErrorCode[] = [
  'SCHEMA_VALIDATION_FAILED',
  'CORRELATION_FIELDS_INVALID',
  'IDEMPOTENCY_VIOLATION',
];

/** A refusal that tells every problem; the earliest step of validation that found one gives the code. */
export function refusalOf(problems: readonly FieldProblem[]): RouterFailure {
  const code =
    STEPS.find((step) => problems.some((problem) => stepOf(problem) === step)) ??
    'SCHEMA_VALIDATION_FAILED';
  const reason = problems.map(describeProblem).join('; ');
  return intakeFailure(code, { reason, errors: problems }, reasonOf(problems, code));
}

/** A refusal for a single field. */
export function refusalFor(code: IntakeErrorCode, problem: FieldProblem): RouterFailure {
  return intakeFailure(code, { reason: describeProblem(problem), errors: [problem] });
}

/** A refusal of a message that is no decide request at all. `why` begins with a word for programs. */
export function invalidFormat(why: string): RouterFailure {
  return intakeFailure('SCHEMA_VALIDATION_FAILED', { reason: why });
}

/** A refusal of `what` for its size. */
export function tooLarge(what: string, sizeBytes: number, maxBytes: number): RouterFailure {
  const why = `payload_too_large: ${what} has ${sizeBytes} bytes, maximum: ${maxBytes} bytes`;
  return intakeFailure('SCHEMA_VALIDATION_FAILED', { reason: why, payload_size: sizeBytes });
}

/** A refusal for the version of a message. */
export function unsupportedVersion(version: Extract<SchemaVersion, { ok: false }>): RouterFailure {
  const found = typeof version.found === 'string' ? version.found.slice(0, 64) : version.found;
  return intakeFailure('VERSION_UNSUPPORTED', {
    version: typeof found === 'object' ? 'not a string' : found,
    supported_versions: SUPPORTED_VERSIONS,
  });
}

function stepOf({ field }: FieldProblem): IntakeErrorCode {
  if (CORRELATION_FIELDS.has(field)) return 'CORRELATION_FIELDS_INVALID';
  return field === 'idempotency_key' ? 'IDEMPOTENCY_VIOLATION' : 'SCHEMA_VALIDATION_FAILED';
}

/** A missing tenant is told by its own reason, unless something else is wrong as well. */
function reasonOf(problems: readonly FieldProblem[], code: IntakeErrorCode): FailureReason {
  const decisive = problems.filter((problem) => stepOf(problem) === code);
  const onlyTenant = decisive.length > 0 && decisive.every(isMissingTenant);
  return onlyTenant ? 'missing_tenant_id' : 'invalid_request';
}

function isMissingTenant({ field, value }: FieldProblem): boolean {
  return field === 'tenant_id' && MISSING.has(value);
}
