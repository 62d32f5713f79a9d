import { type Ask, isProviderId, providerIn, servedIn, unfitnessIn } from './ask.js';
import type { Decided } from './decision.js';
import { isOpen } from './fitness.js';

/**
 * The provider that the caller holds as a substitute, when the one it had selected has an open breaker. Without a
 * substitute the decision goes its usual way.
 */
export function substituteForSelected(ask: Ask): Decided | undefined {
  const { policy, request, snapshot, trace } = ask;
  const selected = providerIn(request.context, 'selected_provider');
  if (selected === undefined || !isOpen(policy, snapshot, selected)) return undefined;
  const stage = 'selected_provider';
  trace?.({ stage, outcome: 'excluded', why: 'circuit_breaker_open', provider_id: selected });
  for (const substitute of namedSubstitutes(ask)) {
    const unfitness = unfitnessIn(ask, substitute);
    if (unfitness === undefined) {
      const why = 'selected_provider_open';
      trace?.({ stage, outcome: 'chosen', why, provider_id: substitute });
      return servedIn(ask, substitute, 'circuit_breaker_fallback');
    }
    trace?.({ stage, outcome: 'excluded', why: unfitness, provider_id: substitute });
  }
  trace?.({ stage, outcome: 'passed', why: 'no_substitute' });
  return undefined;
}

/** Whether every provider with a weight has an open breaker. */
export function isEveryBreakerOpen({ policy, snapshot }: Ask): boolean {
  const { ids, active } = policy.providers;
  return active > 0 && ids.slice(0, active).every((id) => isOpen(policy, snapshot, id));
}

/** Who serves when neither the split nor a rule found anybody. */
export function resort(ask: Ask, everyBreakerOpen: boolean): Decided | undefined {
  const { policy, trace } = ask;
  const legacy = policy.lastResort;
  if (legacy === undefined) {
    trace?.({ stage: 'last_resort', outcome: 'passed', why: 'no_legacy_fallback' });
  } else if (isFit(ask, legacy)) {
    const why = 'legacy_fallback';
    trace?.({ stage: 'last_resort', outcome: 'chosen', why, provider_id: legacy });
    return servedIn(ask, legacy, 'fallback');
  }
  if (!everyBreakerOpen) return undefined;
  const ruleTargets = policy.rules.flatMap(({ to }) => to ?? []);
  const substitute = [...namedSubstitutes(ask), ...ruleTargets].find((id) => isFit(ask, id));
  if (substitute === undefined) return undefined;
  const why = 'every_breaker_open';
  trace?.({ stage: 'last_resort', outcome: 'chosen', why, provider_id: substitute });
  return servedIn(ask, substitute, 'circuit_breaker_fallback');
}

function isFit(ask: Ask, providerId: string): boolean {
  const unfitness = unfitnessIn(ask, providerId);
  if (unfitness === undefined) return true;
  const outcome = 'excluded';
  ask.trace?.({ stage: 'last_resort', outcome, why: unfitness, provider_id: providerId });
  return false;
}

/** Substitutes that the caller names: `fallback_provider`, then the target of its first own rule. */
function namedSubstitutes({ request: { context } }: Ask): readonly string[] {
  const named = providerIn(context, 'fallback_provider');
  const rules = Object.hasOwn(context, 'fallback_rules') ? context['fallback_rules'] : undefined;
  const first: unknown = Array.isArray(rules) ? rules[0] : undefined;
  const target =
    typeof first === 'object' && first !== null && 'to' in first ? first.to : undefined;
  return [named, target].filter((id) => isProviderId(id));
}
