import { numberOf } from '@beamline/kernel';
import type { DecideConstraints } from './decide-command.js';
import type { WireConstraints, WireRoutingFields } from './wire-request.js';

type Facts = Readonly<Record<string, unknown>>;
type MaybeFacts = Facts | null | undefined;

const NO_FACTS: Facts = Object.freeze({});
const NO_CONSTRAINTS: DecideConstraints = Object.freeze({});

/** Reads a flag the way the contract does: `true`, `"true"` and `1` are set, all else is not. */
export function isFlagSet(value: unknown): boolean {
  return value === true || value === 'true' || value === 1;
}

/** Both objects in one, the later winning; one of them itself when the other is absent. */
export function mergedFacts(earlier: MaybeFacts, later: MaybeFacts): Facts {
  if (!later) return earlier ?? NO_FACTS;
  return earlier ? merge(earlier, later) : later;
}

/** What conditions read: constraints, metadata, context and the run, flow and step ids, later ones winning. */
export function contextOf(body: WireRoutingFields): Facts {
  const { constraints, metadata, context, run_id, flow_id, step_id } = body;
  const hasIds = Boolean(run_id || flow_id || step_id);
  if (!constraints && !hasIds) return mergedFacts(metadata, context);
  const facts = merge(constraints, metadata, context);
  if (run_id) facts['run_id'] = run_id;
  if (flow_id) facts['flow_id'] = flow_id;
  if (step_id) facts['step_id'] = step_id;
  return facts;
}

/** What a request demands of its provider: its `constraints`, else numbers (or their text) of the same name in its context. */
export function constraintsOf(
  constraints: WireConstraints | null | undefined,
  context: Facts,
): DecideConstraints {
  const maxLatencyMs = constraints?.max_latency_ms ?? limitIn(context['max_latency_ms']);
  const maxCost = constraints?.max_cost ?? limitIn(context['max_cost']);
  if (maxLatencyMs === undefined) return maxCost === undefined ? NO_CONSTRAINTS : { maxCost };
  return maxCost === undefined ? { maxLatencyMs } : { maxLatencyMs, maxCost };
}

/** A limit that came as free context: anything that is not a finite, non-negative number is no limit. */
function limitIn(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const limit = numberOf(value);
  return Number.isFinite(limit) && limit >= 0 ? limit : undefined;
}

/**
 * Not by spreading: a second spread into the same literal leaves V8's fast path and costs over a microsecond.
 * A key `__proto__` in a source changes the prototype of the result, and of nothing else.
 */
function merge(...sources: readonly (object | null | undefined)[]): Record<string, unknown> {
  return Object.assign({}, ...sources);
}
