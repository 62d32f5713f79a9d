import { MAX_ID_LENGTH, MAX_IDEMPOTENCY_KEY_LENGTH } from './correlation.js';
import type { DecideCommand } from './decide-command.js';
import type { RouterFailure } from './failure.js';
import { type FieldProblem, fieldProblem } from './field-problem.js';
import { refusalOf } from './refusals.js';
import { MAX_TENANT_ID_LENGTH } from './tenant.js';

const MAX_POLICY_ID_LENGTH = 255;

/** What is wrong with a command that came as protobuf, where every field has the right type and may be empty. */
export function protobufRefusal(command: DecideCommand): RouterFailure | undefined {
  if (command.tenantId === '') return refusalOf([fieldProblem('tenant_id', '', 'is required')]);
  const problems = [
    tooLong('tenant_id', command.tenantId, MAX_TENANT_ID_LENGTH),
    tooLong('message_id', command.requestId, MAX_ID_LENGTH),
    tooLong('trace_id', command.traceId, MAX_ID_LENGTH),
    tooLong('run_id', command.runId, MAX_ID_LENGTH),
    tooLong('flow_id', command.flowId, MAX_ID_LENGTH),
    tooLong('step_id', command.stepId, MAX_ID_LENGTH),
    tooLong('policy_id', command.policyId, MAX_POLICY_ID_LENGTH),
    tooLong('idempotency_key', command.idempotencyKey, MAX_IDEMPOTENCY_KEY_LENGTH),
  ].filter((problem) => problem !== undefined);
  return problems.length > 0 ? refusalOf(problems) : undefined;
}

function tooLong(field: string, value: string | undefined, max: number): FieldProblem | undefined {
  if (value === undefined || value.length <= max) return undefined;
  return fieldProblem(field, value, `must be a string of at most ${max} characters`);
}
