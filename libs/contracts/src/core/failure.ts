import type { WireErrorCode } from './error-catalogue.js';
import { type FailureReason, WIRE_CODE_OF_REASON } from './failure-reasons.js';
import { DEFAULT_GRPC_STATUSES } from './grpc-status-table.js';
import { INTAKE_ERRORS, type IntakeErrorCode, type IntakeErrorContext } from './intake-errors.js';

/** An expected failure: a value that every door can put on its wire. */
export interface RouterFailure {
  readonly code: WireErrorCode;
  readonly reason: FailureReason;
  /** For people; may name the field, its value and the rule. */
  readonly message: string;
  /** Facts for programs, in wire spelling. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Only of failures that the intake raises. */
  readonly intakeErrorCode?: IntakeErrorCode;
}

/** A refusal of the intake. `reason` overrides the reason that goes with the code (a missing tenant, for one). */
export function intakeFailure(
  code: IntakeErrorCode,
  context: IntakeErrorContext = {},
  reason: FailureReason = INTAKE_ERRORS[code].failureReason,
): RouterFailure {
  const message = INTAKE_ERRORS[code].messageOf(context);
  return {
    code: WIRE_CODE_OF_REASON[reason],
    reason,
    message,
    details: context,
    intakeErrorCode: code,
  };
}

/** A failure of any other part. `message` defaults to the text of the reason. */
export function failureOfReason(
  reason: FailureReason,
  facts: {
    readonly message?: string;
    readonly details?: Readonly<Record<string, unknown>>;
  } = {},
): RouterFailure {
  const { message = DEFAULT_GRPC_STATUSES[reason][1], details } = facts;
  const failure = { code: WIRE_CODE_OF_REASON[reason], reason, message };
  return details === undefined ? failure : { ...failure, details };
}
