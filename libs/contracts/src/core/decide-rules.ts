import { isStrictTraceId } from './correlation.js';
import { intakeFailure, type RouterFailure } from './failure.js';
import { describeProblem, fieldProblem } from './field-problem.js';
import { parseTraceparent } from './traceparent.js';
import { refusalFor } from './refusals.js';
import { isSerializedAtLeast, serializedBytes } from './serialized-size.js';
import type { WireTask, WireTaskRequest } from './wire-request.js';

/** What the rules of a decide request can be set to. */
export interface DecideRules {
  /** Least size of a serialised `task.payload`, in bytes. */
  readonly minPayloadBytes: number;
  /** Refuse trace ids that are neither 32 hex digits nor a UUID v4, instead of warning about them. */
  readonly strictTraceId: boolean;
}

const NO_WARNINGS: readonly string[] = [];
const TRACE_RULE = 'must be 32 hex digits or a UUID v4';

/** What no single field of a `task` form shows: rules between fields, sizes, strictness. */
export function taskFormRefusal(
  body: WireTaskRequest,
  rules: DecideRules,
): RouterFailure | undefined {
  return (
    taskRefusal(body.task, rules.minPayloadBytes) ??
    traceRefusal(body.trace_id, rules.strictTraceId) ??
    correlationRefusal(body)
  );
}

/** Oddities of the trace context that are tolerated. */
export function traceWarnings(
  traceId: string | null | undefined,
  traceparent: string | undefined,
): readonly string[] {
  const oddTrace = Boolean(traceId) && !isStrictTraceId(traceId ?? '');
  const oddParent = traceparent !== undefined && parseTraceparent(traceparent) === undefined;
  if (!oddTrace && !oddParent) return NO_WARNINGS;
  return [
    ...(oddTrace ? [describeProblem(fieldProblem('trace_id', traceId, TRACE_RULE))] : []),
    ...(oddParent
      ? [describeProblem(fieldProblem('traceparent', traceparent, 'must be W3C Trace Context'))]
      : []),
  ];
}

function taskRefusal(task: WireTask, minimum: number): RouterFailure | undefined {
  const { payload, payload_ref } = task;
  if (!payload) {
    if (payload_ref) return undefined;
    const problem = fieldProblem('task', task, 'must have a payload or a payload_ref');
    return refusalFor('SCHEMA_VALIDATION_FAILED', problem);
  }
  if (isSerializedAtLeast(payload, minimum)) return undefined;
  const size = serializedBytes(payload);
  if (size >= minimum) return undefined;
  return intakeFailure('PAYLOAD_TOO_SMALL', { payload_size: size, min_payload_size: minimum });
}

function traceRefusal(
  traceId: string | null | undefined,
  strict: boolean,
): RouterFailure | undefined {
  if (!strict || !traceId || isStrictTraceId(traceId)) return undefined;
  return refusalFor('CORRELATION_FIELDS_INVALID', fieldProblem('trace_id', traceId, TRACE_RULE));
}

/** Run, flow and step ids come together or not at all. */
function correlationRefusal(body: WireTaskRequest): RouterFailure | undefined {
  const { run_id, flow_id, step_id } = body;
  if (!run_id && !flow_id && !step_id) return undefined;
  if (run_id && flow_id && step_id) return undefined;
  const missing = run_id ? (flow_id ? 'step_id' : 'flow_id') : 'run_id';
  const rule = 'must come together with run_id, flow_id and step_id';
  return refusalFor('CORRELATION_FIELDS_INVALID', fieldProblem(missing, undefined, rule));
}
