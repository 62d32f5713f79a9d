import { commandOfFlat, commandOfMessage, commandOfTask } from '../core/build-command.js';
import type { DecideCommand, DecideForm } from '../core/decide-command.js';
import { type DecideRules, taskFormRefusal } from '../core/decide-rules.js';
import type { RouterFailure } from '../core/failure.js';
import type { ContextHeaders } from '../core/headers.js';
import { refusalOf } from '../core/refusals.js';
import { DecideRequestDto, FlatRequestDto, MessageRequestDto } from '../dto/decide-request.dto.js';
import { compileValidator } from './compile-validator.js';
import type { JsonBody } from './json-body.js';

const taskForm = compileValidator(DecideRequestDto);
const messageForm = compileValidator(MessageRequestDto);
const flatForm = compileValidator(FlatRequestDto);

/** A command or the reason why there is none. */
export type Formed = { readonly command: DecideCommand } | { readonly failure: RouterFailure };

/** Which form an object has. What has no sign of any is judged as the `task` form, whose errors name what is missing. */
function formOf(body: JsonBody): Exclude<DecideForm, 'protobuf'> {
  if (isPresent(body['task'])) return 'task';
  if (isPresent(body['message'])) return 'message';
  return isPresent(body['message_id']) || isPresent(body['message_type']) ? 'flat' : 'task';
}

const COMMAND_OF_FORM = { task: taskCommand, message: messageCommand, flat: flatCommand };

/** Validates an object by its form and makes the command of it. */
export function commandOf(body: JsonBody, headers: ContextHeaders, rules: DecideRules): Formed {
  return COMMAND_OF_FORM[formOf(body)](body, headers, rules);
}

/** Validates an object as the `task` form and makes the command of it. */
export function taskCommand(body: JsonBody, headers: ContextHeaders, rules: DecideRules): Formed {
  if (!taskForm.matches(body)) return { failure: refusalOf(taskForm.problems(body)) };
  const failure = taskFormRefusal(body, rules);
  return failure ? { failure } : { command: commandOfTask(body, headers) };
}

function messageCommand(body: JsonBody, headers: ContextHeaders): Formed {
  liftFromMessage(body);
  return messageForm.matches(body)
    ? { command: commandOfMessage(body, headers) }
    : { failure: refusalOf(messageForm.problems(body)) };
}

function flatCommand(body: JsonBody, headers: ContextHeaders): Formed {
  return flatForm.matches(body)
    ? { command: commandOfFlat(body, headers) }
    : { failure: refusalOf(flatForm.problems(body)) };
}

/** Some callers name the tenant and the trace inside the message. */
function liftFromMessage(body: JsonBody): void {
  const { message } = body;
  if (typeof message !== 'object' || message === null) return;
  if (!isPresent(body['tenant_id']) && 'tenant_id' in message)
    body['tenant_id'] = message.tenant_id;
  if (!isPresent(body['trace_id']) && 'trace_id' in message) body['trace_id'] = message.trace_id;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
