import { type Violation, violation } from './violation.js';

/** A decide request as the protobuf message `RouteRequest`; absent fields are empty. */
export interface RouteRequestFields {
  readonly message: {
    readonly message_id: string;
    readonly tenant_id: string;
    readonly trace_id: string;
    readonly message_type: string;
    /** The task's payload as JSON. */
    readonly payload: Uint8Array;
    readonly metadata: Readonly<Record<string, string>>;
    readonly run_id: string;
    readonly flow_id: string;
    readonly step_id: string;
    readonly span_id: string;
  };
  readonly policy_id: string;
  readonly context: Readonly<Record<string, string>>;
  readonly idempotency_key: string;
}

/** A request for gRPC, or why it can only go over NATS. */
export type RouteRequestOutcome =
  | { readonly ok: true; readonly request: RouteRequestFields }
  | { readonly ok: false; readonly violations: readonly Violation[] };

type Fields = Readonly<Record<string, unknown>>;

/** What `RouteRequest` has no field for. Leaving it out would decide something else than was asked. */
const NOT_CARRIED = ['options', 'assignment_subject'] as const;
const NO_BYTES = new Uint8Array();
const encoder = new TextEncoder();

/**
 * Writes the task form of a decide request as a `RouteRequest`. Texts of `metadata` and `context` stay as they are, other
 * values become JSON; constraints and flags go into the context, where the router looks for them.
 */
export function routeRequestOf(body: unknown): RouteRequestOutcome {
  if (!isObject(body) || !isObject(body['task'])) {
    const found = isObject(body) ? body['task'] : body;
    const path = isObject(body) ? 'task' : 'body';
    return { ok: false, violations: [violation(path, found, 'must be an object')] };
  }
  const { task } = body;
  const violations = notCarried(body, task);
  if (violations.length > 0) return { ok: false, violations };
  const message = {
    message_id: text(body['request_id']),
    tenant_id: text(body['tenant_id']),
    trace_id: text(body['trace_id']),
    message_type: text(task['type']),
    payload: isObject(task['payload']) ? encoder.encode(JSON.stringify(task['payload'])) : NO_BYTES,
    metadata: textsOf(body['metadata']),
    run_id: text(body['run_id']),
    flow_id: text(body['flow_id']),
    step_id: text(body['step_id']),
    span_id: '',
  };
  const request = {
    message,
    policy_id: text(body['policy_id']),
    context: contextOf(body),
    idempotency_key: text(body['idempotency_key']),
  };
  return { ok: true, request };
}

function notCarried(body: Fields, task: Fields): readonly Violation[] {
  const paths = NOT_CARRIED.filter((name) => isSaid(body[name])).map(String);
  if (isSaid(task['payload_ref'])) paths.push('task.payload_ref');
  return paths.map((path) => violation(path, undefined, 'cannot go over gRPC, only over NATS'));
}

function contextOf(body: Fields): Record<string, string> {
  const { dry_run, push_assignment, constraints, context } = body;
  return {
    ...textsOf(constraints),
    ...textsOf({ dry_run, push_assignment }),
    ...textsOf(context),
  };
}

function textsOf(facts: unknown): Record<string, string> {
  if (!isObject(facts)) return {};
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(facts)) {
    if (isSaid(value)) texts[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return texts;
}

/** `null` counts as absent throughout. */
function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
