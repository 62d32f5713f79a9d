import type { DecideCommand, DecideTask } from './decide-command.js';
import { constraintsOf, contextOf, isFlagSet, mergedFacts } from './routing-context.js';
import { type ContextHeaders, traceIdOf } from './headers.js';
import type {
  WireFlatRequest,
  WireMessageRequest,
  WireRoutingFields,
  WireTask,
  WireTaskRequest,
} from './wire-request.js';

const POLICY_PREFIX = 'policy:';

/** The policy a request names, without the prefix `policy:`; `undefined` when it names none. */
export function policyIdOf(value: string | null | undefined): string | undefined {
  if (!value) return undefined;
  const id = value.startsWith(POLICY_PREFIX) ? value.slice(POLICY_PREFIX.length) : value;
  return id === '' ? undefined : id;
}

/** Builds the command of a valid task form whose headers are already laid over it. */
export function commandOfTask(body: WireTaskRequest, headers: ContextHeaders): DecideCommand {
  return command(body, headers, {
    form: 'task',
    requestId: body.request_id,
    messageType: body.task.type,
    task: taskOf(body.task),
  });
}

/** Builds the command of a valid message form whose headers are already laid over it. */
export function commandOfMessage(body: WireMessageRequest, headers: ContextHeaders): DecideCommand {
  const { message } = body;
  const messageType = message.message_type ?? '';
  const metadata = mergedFacts(body.metadata, message.metadata);
  return command({ ...body, metadata }, headers, {
    form: 'message',
    requestId: body.request_id || message.message_id || '',
    messageType,
    task: freeTask(messageType, message.payload),
  });
}

/** Builds the command of a valid flat form whose headers are already laid over it. */
export function commandOfFlat(body: WireFlatRequest, headers: ContextHeaders): DecideCommand {
  const messageType = body.message_type ?? '';
  return command(body, headers, {
    form: 'flat',
    requestId: body.message_id || body.request_id || '',
    messageType,
    task: freeTask(messageType, body.payload),
  });
}

interface FormFields {
  readonly form: DecideCommand['form'];
  readonly requestId: string;
  readonly messageType: string;
  readonly task: DecideTask | undefined;
}

/** Everything that the JSON forms have in common. */
function command(
  body: WireRoutingFields,
  headers: ContextHeaders,
  fields: FormFields,
): DecideCommand {
  const context = contextOf(body);
  const built = {
    form: fields.form,
    tenantId: body.tenant_id ?? '',
    requestId: fields.requestId,
    messageType: fields.messageType,
    policyId: policyIdOf(body.policy_id),
    context,
    constraints: constraintsOf(body.constraints, context),
    traceId: traceIdOf({ traceId: body.trace_id || undefined, traceparent: headers.traceparent }),
    traceparent: headers.traceparent,
    idempotencyKey: body.idempotency_key || undefined,
    runId: body.run_id || undefined,
    flowId: body.flow_id || undefined,
    stepId: body.step_id || undefined,
    pushAssignment: isFlagSet(body.push_assignment),
    assignmentSubject: body.assignment_subject || undefined,
    task: fields.task,
    dryRun: isFlagSet(body.dry_run) || isFlagSet(context['dry_run']),
  };
  return body.options ? { ...built, options: body.options } : built;
}

function taskOf({ type, payload, payload_ref }: WireTask): DecideTask {
  if (payload && payload_ref) return { type, payload, payload_ref };
  if (payload_ref) return { type, payload_ref };
  return { type, payload };
}

function freeTask(type: string, payload: unknown): DecideTask {
  return payload === undefined || payload === null ? { type } : { type, payload };
}
