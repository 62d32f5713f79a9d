import { type DecideCommand, intakeFailure, type RouterFailure } from '@beamline/contracts/core';

/** The failure of a request whose idempotency key was used for another one. */
export function idempotencyViolation(command: DecideCommand): RouterFailure {
  return intakeFailure('IDEMPOTENCY_VIOLATION', {
    reason: `idempotency_key "${command.idempotencyKey ?? command.requestId}" was used for a request with another body`,
  });
}
