import { FieldReader, type NumberRule } from './field-reader.js';
import type { Backoff, FallbackRule, LegacyFallback } from './policy-document.js';
import { readCondition } from './read-condition.js';
import { PROVIDER_ID } from './read-providers.js';

const MAX_RULES = 100;
const MAX_CONDITIONS = 50;
const RETRY: NumberRule = { min: 0, max: 10 };
const DELAY_MS: NumberRule = { min: 0, max: 3_600_000 };
const DEFAULT_CONDITIONS: readonly string[] = ['all_providers_failed'];

/** The backoff of a rule that names none. */
export const DEFAULT_BACKOFF: Backoff = {
  strategy: 'exponential',
  baseMs: 100,
  maxMs: 5_000,
  jitter: true,
};

/** Reads `fallbacks`. */
export function readFallbacks(policy: FieldReader): readonly FallbackRule[] {
  return policy.list('fallbacks', MAX_RULES).flatMap((item, index) => {
    const fields = FieldReader.of(item, `fallbacks[${index}]`, policy.problems);
    return fields === undefined ? [] : [readRule(fields)];
  });
}

function readRule(fields: FieldReader): FallbackRule {
  fields.onlyKnows(['when', 'retry', 'to', 'backoff']);
  fields.require('when');
  const when = fields.has('when')
    ? readCondition(fields.value('when'), fields.at('when'), fields.problems)
    : [];
  const to = fields.text('to', PROVIDER_ID);
  return {
    when,
    retry: fields.integer('retry', RETRY) ?? 1,
    ...(to !== undefined && { to }),
    backoff: readBackoff(fields.child('backoff')),
  };
}

function readBackoff(fields: FieldReader | undefined): Backoff {
  if (fields === undefined) return DEFAULT_BACKOFF;
  fields.onlyKnows(['strategy', 'base_ms', 'max_ms', 'jitter']);
  const strategy = fields.oneOf('strategy', ['exponential', 'linear', 'fixed'] as const);
  return {
    strategy: strategy ?? DEFAULT_BACKOFF.strategy,
    baseMs: fields.integer('base_ms', DELAY_MS) ?? DEFAULT_BACKOFF.baseMs,
    maxMs: fields.integer('max_ms', DELAY_MS) ?? DEFAULT_BACKOFF.maxMs,
    jitter: fields.boolean('jitter') ?? DEFAULT_BACKOFF.jitter,
  };
}

/** Reads the older `fallback`: a provider id, or `{provider, conditions}`. */
export function readLegacyFallback(policy: FieldReader): LegacyFallback | undefined {
  if (typeof policy.value('fallback') === 'string') {
    const provider = policy.text('fallback', PROVIDER_ID);
    return provider === undefined ? undefined : { provider, conditions: DEFAULT_CONDITIONS };
  }
  const fields = policy.child('fallback');
  if (fields === undefined) return undefined;
  fields.onlyKnows(['provider', 'conditions']);
  fields.require('provider');
  const provider = fields.text('provider', PROVIDER_ID);
  const conditions = readConditions(fields);
  return provider === undefined ? undefined : { provider, conditions };
}

function readConditions(fields: FieldReader): readonly string[] {
  if (!fields.has('conditions')) return DEFAULT_CONDITIONS;
  const conditions = fields.list('conditions', MAX_CONDITIONS);
  if (conditions.every((condition) => typeof condition === 'string')) {
    return conditions.length === 0 ? DEFAULT_CONDITIONS : conditions;
  }
  fields.wrong('conditions', 'must be a list of texts');
  return DEFAULT_CONDITIONS;
}
