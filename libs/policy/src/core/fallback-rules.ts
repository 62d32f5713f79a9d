import { numberOf } from '@beamline/kernel';
import { type Ask, providerIn, servedIn, unfitnessIn } from './ask.js';
import { backoffMs } from './backoff.js';
import type { CompiledRule } from './compiled-policy.js';
import type { Decided } from './decision.js';

/** Whether the caller tells of an attempt that ended before. */
export function tellsOfFailure(context: Readonly<Record<string, unknown>>): boolean {
  const status = context['status'];
  return typeof status === 'number' || (typeof status === 'string' && status !== '');
}

/**
 * The decision of the first rule that matches and can be followed. A rule whose target may not serve now is passed
 * over, and so is one that has no target when its retries are used up.
 * @param impliedStatus What `status` means where the context gives none.
 */
export function followRules(ask: Ask, impliedStatus?: string): Decided | undefined {
  for (const rule of ask.policy.rules) {
    if (!rule.matches(ask.request, impliedStatus)) {
      ask.trace?.({ stage: 'rules', outcome: 'passed', why: 'no_match', rule_id: rule.id });
      continue;
    }
    const decided = followRule(ask, rule);
    if (decided !== undefined) return decided;
  }
  ask.trace?.({ stage: 'rules', outcome: 'passed', why: 'no_rule_applies' });
  return undefined;
}

function followRule(ask: Ask, rule: CompiledRule): Decided | undefined {
  const attempts = attemptsUnder(rule, ask.request.context);
  const current = providerIn(ask.request.context, 'current_provider');
  if (attempts < rule.retry && current !== undefined) {
    const unfitness = unfitnessIn(ask, current);
    if (unfitness === undefined) return retry(ask, rule, { current, attempt: attempts + 1 });
    note(ask, rule, { outcome: 'excluded', why: unfitness, provider_id: current });
  }
  return goTo(ask, rule, attempts);
}

function retry(
  ask: Ask,
  rule: CompiledRule,
  { current, attempt }: { current: string; attempt: number },
): Decided {
  const waitMs = backoffMs(rule.backoff, attempt, ask.request.requestId);
  note(ask, rule, { outcome: 'chosen', why: 'attempts_left', provider_id: current });
  return {
    ...servedIn(ask, current, 'retry'),
    metadata: {
      fallback_rule_id: rule.id,
      retry_attempt: attempt,
      retry_max: rule.retry,
      backoff_ms: waitMs,
      backoff_applied: waitMs > 0,
    },
  };
}

function goTo(ask: Ask, rule: CompiledRule, attempts: number): Decided | undefined {
  const { to } = rule;
  if (to === undefined) {
    note(ask, rule, { outcome: 'passed', why: 'no_target' });
    return undefined;
  }
  const unfitness = unfitnessIn(ask, to);
  if (unfitness !== undefined) {
    note(ask, rule, { outcome: 'excluded', why: unfitness, provider_id: to });
    return undefined;
  }
  const why = attempts < rule.retry ? 'no_current_provider' : 'attempts_used_up';
  note(ask, rule, { outcome: 'chosen', why, provider_id: to });
  return {
    ...servedIn(ask, to, 'fallback'),
    metadata: {
      fallback_rule_id: rule.id,
      retry_attempts_used: attempts,
      retry_max: rule.retry,
      fallback_applied: true,
    },
  };
}

type Note = Pick<Parameters<NonNullable<Ask['trace']>>[0], 'outcome' | 'why' | 'provider_id'>;

function note({ trace, request }: Ask, rule: CompiledRule, what: Note): void {
  if (trace === undefined) return;
  const details = { attempts: attemptsUnder(rule, request.context), retry_max: rule.retry };
  trace({ stage: 'rules', ...what, rule_id: rule.id, details });
}

/** Attempts the caller has made under a rule. A number that makes no sense counts as none. */
function attemptsUnder(rule: CompiledRule, context: Readonly<Record<string, unknown>>): number {
  const attempts = numberOf(context[`retry_attempts_${rule.id}`]);
  return attempts > 0 ? Math.floor(attempts) : 0;
}
