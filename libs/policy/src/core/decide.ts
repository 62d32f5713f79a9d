import type { Ask } from './ask.js';
import type { CompiledPolicy } from './compiled-policy.js';
import type { Decided, Decision, Undecided } from './decision.js';
import { followRules, tellsOfFailure } from './fallback-rules.js';
import { estimateFor } from './fitness.js';
import { isEveryBreakerOpen, resort, substituteForSelected } from './last-resort.js';
import type { RouteRequest } from './route-request.js';
import { served } from './served.js';
import { pinOf, sessionOf } from './session.js';
import type { RoutingSnapshot } from './snapshot.js';
import { drawProvider, splitKey } from './split.js';
import { stickyProvider } from './sticky.js';
import type { TraceSink } from './trace.js';
import { traceCandidates, traceDraw, traceResult } from './trace-split.js';

/**
 * Decides who serves a request. A pure function of its arguments: the same on every replica and at every repetition.
 *
 * In this order: a substitute for a selected provider whose breaker is open; the fallback rules, if the context tells
 * of a failed attempt; the session's pin; the weighted split over everybody who is fit; the fallback rules, if nobody
 * was; the legacy fallback; a substitute, if every breaker is open.
 * @param trace Hears every station and every candidate. It changes nothing about the decision.
 */
export function decide(
  policy: CompiledPolicy,
  request: RouteRequest,
  snapshot: RoutingSnapshot,
  trace?: TraceSink,
): Decision {
  if (trace !== undefined) traceCandidates(policy, request, snapshot, trace);
  const hasFailed = tellsOfFailure(request.context);
  const decision =
    (hasFailed || tellsOfSelection(policy, request)
      ? beforeSplit({ policy, request, snapshot, trace }, hasFailed)
      : undefined) ??
    bySession(policy, request, snapshot, trace) ??
    withoutSplit({ policy, request, snapshot, trace }, hasFailed);
  if (trace !== undefined) traceResult(decision, trace);
  return decision;
}

/** Whether the caller names a provider that it has selected. Without breakers nobody asks. */
function tellsOfSelection({ breaker }: CompiledPolicy, { context }: RouteRequest): boolean {
  return breaker !== undefined && context['selected_provider'] !== undefined;
}

/** What comes before pin and split: only requests that tell of an earlier selection or attempt have it. */
function beforeSplit(ask: Ask, hasFailed: boolean): Decided | undefined {
  return substituteForSelected(ask) ?? (hasFailed ? followRules(ask) : undefined);
}

/** The pinned provider, else the one the split gives. */
function bySession(
  policy: CompiledPolicy,
  request: RouteRequest,
  snapshot: RoutingSnapshot,
  trace: TraceSink | undefined,
): Decided | undefined {
  const session = sessionOf(policy, request);
  const pinned = stickyProvider(policy, request, snapshot, trace);
  if (pinned !== undefined) {
    const estimate = estimateFor(policy, snapshot, pinned);
    return served(pinned, 'sticky', estimate, pinOf(policy, session, pinned));
  }
  const key = splitKey(policy, session ?? request.requestId);
  const drawn = policy.providers.ids[drawProvider(policy, request, snapshot, key)];
  if (trace !== undefined) traceDraw(policy, drawn, trace);
  if (drawn === undefined) return undefined;
  return served(
    drawn,
    'weighted',
    estimateFor(policy, snapshot, drawn),
    pinOf(policy, session, drawn),
  );
}

const NOBODY: Undecided = { ok: false, reason: 'no_provider_available' };

/** Nobody is fit for the split: rules, unless they were asked already, then the last resorts. */
function withoutSplit(ask: Ask, rulesAsked: boolean): Decision {
  const everyBreakerOpen = isEveryBreakerOpen(ask);
  const impliedStatus = everyBreakerOpen ? 'circuit_breaker_open' : 'all_providers_failed';
  const byRule = rulesAsked ? undefined : followRules(ask, impliedStatus);
  return byRule ?? resort(ask, everyBreakerOpen) ?? NOBODY;
}
