import type {
  CompiledExtension,
  CompiledPipeline,
  CompiledPolicy,
  CompiledRule,
  ProviderTable,
} from './compiled-policy.js';
import { compileCondition } from './condition.js';
import { DEFAULT_ESTIMATE } from './fitness.js';
import { hash32 } from './hash.js';
import type {
  Backoff,
  BreakerSettings,
  Condition,
  FallbackRule,
  Pipeline,
  PolicyDocument,
  PolicyProvider,
  RateLimitSettings,
} from './policy-document.js';
import { DEFAULT_BACKOFF } from './read-fallbacks.js';
import { sharing } from './share.js';
import type { Estimate } from './snapshot.js';

// Tenants copy their policies from one another: what is equal is kept once.
const sharedText = sharing<string>();
const sharedTable = sharing<ProviderTable>();
const sharedRules = sharing<readonly CompiledRule[]>();
const sharedBackoff = sharing<Backoff>();
const sharedBreaker = sharing<BreakerSettings>();
const sharedRateLimit = sharing<RateLimitSettings>();
const sharedPipeline = sharing<CompiledPipeline>();

/** Prepares a parsed policy for {@link decide}. Keeps nothing of the document but what decisions need. */
export function compilePolicy(policy: PolicyDocument): CompiledPolicy {
  const { tenantId, policyId, sticky, breaker, rateLimit, legacyFallback } = policy;
  const sessionKey = sticky?.sessionKey ?? 'session_id';
  return {
    tenantId,
    policyId: textOnce(policyId),
    version: textOnce(policy.version),
    splitSeed: hash32(policyId, hash32(tenantId)),
    providers: sharedTable(JSON.stringify(policy.providers), () => tableOf(policy.providers)),
    rules: rulesOf(policy),
    lastResort: legacyFallback && textOnce(legacyFallback.provider),
    sessionKey: textOnce(sessionKey),
    stickyTtlMs: sticky?.enabled === true ? sticky.ttlMs : 0,
    breaker: breaker && sharedBreaker(JSON.stringify(breaker), () => breaker),
    rateLimit: rateLimit && sharedRateLimit(JSON.stringify(rateLimit), () => rateLimit),
    pipeline: pipelineOf(policy.pipeline),
  };
}

const textOnce = (text: string): string => sharedText(text, () => text);

function tableOf(providers: readonly PolicyProvider[]): ProviderTable {
  const sorted = providers.toSorted((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
  const declared = declaredOf(sorted);
  return {
    ids: sorted.map(({ id }) => textOnce(id)),
    weights: sorted.map(({ weight }) => weight),
    seeds: sorted.map(({ id }) => hash32(id)),
    active: sorted.filter(({ weight }) => weight > 0).length,
    ...(declared.size > 0 && { declared }),
  };
}

function declaredOf(providers: readonly PolicyProvider[]): ReadonlyMap<string, Estimate> {
  const declared = new Map<string, Estimate>();
  for (const { id, expectedLatencyMs, expectedCost } of providers) {
    if (expectedLatencyMs === undefined && expectedCost === undefined) continue;
    declared.set(id, {
      latencyMs: expectedLatencyMs ?? DEFAULT_ESTIMATE.latencyMs,
      cost: expectedCost ?? DEFAULT_ESTIMATE.cost,
    });
  }
  return declared;
}

function rulesOf({ fallbacks, legacyFallback }: PolicyDocument): readonly CompiledRule[] {
  const rules = legacyFallback ? [...fallbacks, ruleOfLegacy(legacyFallback)] : fallbacks;
  return sharedRules(JSON.stringify(rules), () => rules.map(compileRule));
}

function ruleOfLegacy(legacy: NonNullable<PolicyDocument['legacyFallback']>): FallbackRule {
  const when: Condition = [
    { op: 'in', left: { var: 'status' }, right: { values: legacy.conditions } },
  ];
  return { when, retry: 1, to: legacy.provider, backoff: DEFAULT_BACKOFF };
}

function compileRule({ when, retry, to, backoff }: FallbackRule): CompiledRule {
  // The order of ANDed comparisons means nothing, so it must not change the id either.
  const canonical = JSON.stringify([
    when.map((clause) => JSON.stringify([clause.op, clause.left, clause.right])).toSorted(),
    retry,
    to ?? null,
    [backoff.strategy, backoff.baseMs, backoff.maxMs, backoff.jitter],
  ]);
  const id = (hash32(canonical) >>> 0).toString(16).padStart(8, '0');
  return {
    id,
    matches: compileCondition(when),
    retry,
    to: to === undefined ? undefined : textOnce(to),
    backoff: sharedBackoff(JSON.stringify(backoff), () => backoff),
  };
}

function pipelineOf({ pre, validators, post }: Pipeline): CompiledPipeline | undefined {
  if (pre.length + validators.length + post.length === 0) return undefined;
  return sharedPipeline(JSON.stringify([pre, validators, post]), () => ({
    pre: pre.map((item) => extension('pre', item)),
    validators: validators.map((item) => extension('validator', item)),
    post: post.map((item) => extension('post', item)),
  }));
}

function extension(
  kind: CompiledExtension['kind'],
  item: (Pipeline['pre'] | Pipeline['validators'])[number],
): CompiledExtension {
  const { id, config, when } = item;
  return { kind, id, onFailure: onFailureOf(item), config, applies: compileCondition(when) };
}

function onFailureOf(
  item: (Pipeline['pre'] | Pipeline['validators'])[number],
): CompiledExtension['onFailure'] {
  if ('onFail' in item) return item.onFail;
  return item.mode === 'required' ? 'block' : 'warn';
}
