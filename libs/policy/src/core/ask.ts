import type { CompiledPolicy } from './compiled-policy.js';
import { type Decided, type DecisionReason } from './decision.js';
import { estimateFor, type Unfitness, unfitnessOf } from './fitness.js';
import type { RouteRequest } from './route-request.js';
import { served } from './served.js';
import type { RoutingSnapshot } from './snapshot.js';
import type { TraceSink } from './trace.js';

/** Everything one decision is made from. */
export interface Ask {
  readonly policy: CompiledPolicy;
  readonly request: RouteRequest;
  readonly snapshot: RoutingSnapshot;
  readonly trace: TraceSink | undefined;
}

/** Why a provider may not serve, or `undefined` when it may. */
export function unfitnessIn(ask: Ask, providerId: string): Unfitness | undefined {
  return unfitnessOf(ask.policy, ask.request, ask.snapshot, providerId);
}

/** A decision that pins nothing. */
export function servedIn(ask: Ask, providerId: string, reason: DecisionReason): Decided {
  return served(providerId, reason, estimateFor(ask.policy, ask.snapshot, providerId), undefined);
}

const MAX_ID_CHARS = 128;

/** A provider id that the caller names in the context. */
export function providerIn(
  context: Readonly<Record<string, unknown>>,
  key: string,
): string | undefined {
  const value = Object.hasOwn(context, key) ? context[key] : undefined;
  return isProviderId(value) ? value : undefined;
}

/** Whether a value of the context can be a provider's id at all. */
export function isProviderId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID_CHARS;
}
