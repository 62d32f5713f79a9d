import { policyIdOf } from './build-command.js';
import type { DecideCommand, DecideTask } from './decide-command.js';
import { type ContextHeaders, traceIdOf } from './headers.js';
import { constraintsOf, contextOf, isFlagSet } from './routing-context.js';
import type { RouteRequestLike, WireRoutingFields } from './wire-request.js';

/** How the payload of a protobuf message becomes the payload of a task; only asked when the task is to be handed on. */
export type ReadPayload = (payload: Uint8Array | string) => unknown;

type Message = NonNullable<RouteRequestLike['message']>;

/** Builds the command of a protobuf request that has a message. Header values beat its own. */
export function commandOfRouteRequest(
  request: RouteRequestLike,
  headers: ContextHeaders,
  readPayload: ReadPayload,
): DecideCommand {
  const message = request.message ?? {};
  const messageType = text(message.message_type);
  const context = contextOf(routingFieldsOf(request, message));
  const pushAssignment = isFlagSet(context['push_assignment']);
  return {
    form: 'protobuf',
    tenantId: text(headers.tenantId, message.tenant_id),
    requestId: text(message.message_id),
    messageType,
    policyId: policyIdOf(request.policy_id),
    context,
    constraints: constraintsOf(undefined, context),
    traceId: traceIdOf({
      traceId: text(headers.traceId, message.trace_id),
      traceparent: headers.traceparent,
    }),
    traceparent: headers.traceparent,
    idempotencyKey:
      text(headers.idempotencyKey, request.idempotency_key, message.idempotency_key) || undefined,
    runId: message.run_id || undefined,
    flowId: message.flow_id || undefined,
    stepId: message.step_id || undefined,
    pushAssignment,
    assignmentSubject: undefined,
    task: pushAssignment ? taskOf(messageType, message, readPayload) : { type: messageType },
    dryRun: isFlagSet(context['dry_run']),
  };
}

function routingFieldsOf(request: RouteRequestLike, message: Message): WireRoutingFields {
  return {
    metadata: message.metadata ?? null,
    context: request.context ?? null,
    run_id: message.run_id ?? null,
    flow_id: message.flow_id ?? null,
    step_id: message.step_id ?? null,
  };
}

/** The first text that is there; in proto3 absent and empty are the same. */
function text(first?: string, second?: string, third?: string): string {
  return first || second || third || '';
}

function taskOf(type: string, { payload: bytes }: Message, readPayload: ReadPayload): DecideTask {
  const payload = bytes && bytes.length > 0 ? readPayload(bytes) : undefined;
  return payload === undefined ? { type } : { type, payload };
}
