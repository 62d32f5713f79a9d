import type { CompiledPolicy } from './compiled-policy.js';
import { unfitnessOf } from './fitness.js';
import type { RouteRequest } from './route-request.js';
import { isPinnable, sessionOf } from './session.js';
import type { RoutingSnapshot } from './snapshot.js';
import type { TraceReason, TraceSink } from './trace.js';

/** The provider a session is pinned to, if it still has a weight in the policy and may serve now. */
export function stickyProvider(
  policy: CompiledPolicy,
  request: RouteRequest,
  snapshot: RoutingSnapshot,
  trace: TraceSink | undefined,
): string | undefined {
  const session = sessionOf(policy, request);
  if (!isPinnable(policy, session)) {
    if (trace !== undefined)
      trace({ stage: 'sticky', outcome: 'passed', why: whyNot(policy, session) });
    return undefined;
  }
  const pinned = snapshot.pinnedProvider(policy.tenantId, session);
  if (pinned === undefined) {
    trace?.({ stage: 'sticky', outcome: 'passed', why: 'no_live_pin' });
    return undefined;
  }
  const flaw = flawOfPin(policy, pinned) ?? unfitnessOf(policy, request, snapshot, pinned);
  if (trace !== undefined) {
    const outcome = flaw === undefined ? 'chosen' : 'excluded';
    trace({ stage: 'sticky', outcome, why: flaw ?? 'pinned', provider_id: pinned });
  }
  return flaw === undefined ? pinned : undefined;
}

function flawOfPin({ providers }: CompiledPolicy, pinned: string): TraceReason | undefined {
  const index = providers.ids.indexOf(pinned);
  if (index < 0) return 'pin_of_unlisted_provider';
  return index < providers.active ? undefined : 'zero_weight';
}

function whyNot({ stickyTtlMs }: CompiledPolicy, session: string | undefined): TraceReason {
  if (stickyTtlMs === 0) return 'not_sticky';
  return session === undefined ? 'no_session' : 'session_too_long_to_pin';
}
