import { policyIdOf } from './build-command.js';
import type { DecideCommand, DecideTask } from './decide-command.js';
import { type ContextHeaders, traceIdOf } from './headers.js';
import { constraintsOf, contextOf, isFlagSet } from './routing-context.js';
import type { RouteRequestLike } from './wire-request.js';

/** How the payload of a protobuf message becomes the payload of a task; only asked when the task is to be handed on. */
export type ReadPayload = (payload: Uint8Array | string) => unknown;

type Message = NonNullable<RouteRequestLike['message']>;

/** proto3: absent and empty are the same. */
const EMPTY_MESSAGE = {
  message_id: '',
  tenant_id: '',
  trace_id: '',
  message_type: '',
  run_id: '',
  flow_id: '',
  step_id: '',
  idempotency_key: '',
};

/** Builds the command of a protobuf request that has a message. Header values beat its own. */
export function commandOfRouteRequest(
  request: RouteRequestLike,
  headers: ContextHeaders,
  readPayload: ReadPayload,
): DecideCommand {
  const message = { ...EMPTY_MESSAGE, ...request.message };
  const { message_type: messageType, run_id, flow_id, step_id } = message;
  const context = contextOf({
    metadata: message.metadata ?? null,
    context: request.context ?? null,
    run_id,
    flow_id,
    step_id,
  });
  const pushAssignment = isFlagSet(context['push_assignment']);
  return {
    form: 'protobuf',
    tenantId: headers.tenantId ?? message.tenant_id,
    requestId: message.message_id,
    messageType,
    policyId: policyIdOf(request.policy_id),
    context,
    constraints: constraintsOf(undefined, context),
    traceId: traceIdOf({
      traceId: headers.traceId ?? message.trace_id,
      traceparent: headers.traceparent,
    }),
    traceparent: headers.traceparent,
    idempotencyKey: firstOf(
      headers.idempotencyKey,
      request.idempotency_key,
      message.idempotency_key,
    ),
    runId: firstOf(run_id),
    flowId: firstOf(flow_id),
    stepId: firstOf(step_id),
    pushAssignment,
    assignmentSubject: undefined,
    task: pushAssignment ? taskOf(messageType, message, readPayload) : { type: messageType },
    dryRun: isFlagSet(context['dry_run']),
  };
}

function firstOf(...candidates: readonly (string | undefined)[]): string | undefined {
  return candidates.find((candidate) => candidate !== undefined && candidate !== '');
}

function taskOf(type: string, { payload: bytes }: Message, readPayload: ReadPayload): DecideTask {
  const payload = bytes && bytes.length > 0 ? readPayload(bytes) : undefined;
  return payload === undefined ? { type } : { type, payload };
}
