import { FieldReader, type NumberRule, present, type TextRule } from './field-reader.js';
import type { PolicyProvider } from './policy-document.js';

/** What a provider id looks like. */
export const PROVIDER_ID: TextRule = { maxChars: 128, pattern: /^[A-Za-z0-9_.:/-]+$/ };

const MAX_PROVIDERS = 1_000;
/** Below this a share is no longer told apart from none. */
const MIN_WEIGHT = 1e-9;
const WEIGHT_RULE = 'must be a fraction from 0 to 1 or a whole percentage from 0 to 100';
const LATENCY: NumberRule = { min: 0, max: 3_600_000 };
const COST: NumberRule = { min: 0, max: 1_000_000_000 };
const PROVIDER_FIELDS = [
  'name',
  'id',
  'weight',
  'priority',
  'expected_latency_ms',
  'expected_cost',
];

/** Reads `providers` and the older `weights`. A provider named in both must have the same weight in both. */
export function readProviders(policy: FieldReader): readonly PolicyProvider[] {
  const listed = readList(policy);
  const mapped = readMap(policy);
  const byId = new Map(listed.map((provider) => [provider.id, provider]));
  for (const { id, weight } of mapped) {
    const other = byId.get(id);
    if (other === undefined) byId.set(id, { id, weight });
    else if (other.weight !== weight) {
      const rule = `must agree with the weight ${other.weight} in providers`;
      policy.problems.add(`weights.${id}`, weight, rule);
    }
  }
  return [...byId.values()];
}

function readList(policy: FieldReader): readonly PolicyProvider[] {
  const seen = new Set<string>();
  const providers: PolicyProvider[] = [];
  for (const [index, item] of policy.list('providers', MAX_PROVIDERS).entries()) {
    const fields = FieldReader.of(item, `providers[${index}]`, policy.problems);
    const provider = fields && readProvider(fields);
    if (provider === undefined) continue;
    if (seen.has(provider.id)) {
      policy.problems.add(`providers[${index}]`, provider.id, 'must not be listed twice');
    }
    seen.add(provider.id);
    providers.push(provider);
  }
  return scaled(providers);
}

function readProvider(fields: FieldReader): PolicyProvider | undefined {
  fields.onlyKnows(PROVIDER_FIELDS);
  const id = readId(fields);
  fields.require('weight');
  const weight = fields.has('weight') ? readWeight(fields, 'weight') : undefined;
  const options = {
    ...present('priority', fields.integer('priority', { min: 0, max: 1_000_000 })),
    ...present('expectedLatencyMs', fields.number('expected_latency_ms', LATENCY)),
    ...present('expectedCost', fields.number('expected_cost', COST)),
  };
  return id === undefined || weight === undefined ? undefined : { id, weight, ...options };
}

function readId(fields: FieldReader): string | undefined {
  const name = fields.text('name', PROVIDER_ID);
  const id = fields.text('id', PROVIDER_ID);
  if (!fields.has('name') && !fields.has('id')) fields.require('name');
  if (name !== undefined && id !== undefined && name !== id) {
    fields.wrong('id', `must be the same as name (${name})`);
  }
  return name ?? id;
}

function readMap(policy: FieldReader): readonly PolicyProvider[] {
  const weights = policy.child('weights');
  if (weights === undefined) return [];
  const providers: PolicyProvider[] = [];
  const entries = weights.entries();
  if (entries.length > MAX_PROVIDERS) {
    policy.wrong('weights', `must name at most ${MAX_PROVIDERS} providers`);
  }
  for (const [id] of entries.slice(0, MAX_PROVIDERS)) {
    if (id.length > PROVIDER_ID.maxChars || !PROVIDER_ID.pattern?.test(id)) {
      const rule = `names no provider: an id matches ${PROVIDER_ID.pattern?.source}, at most 128 long`;
      policy.problems.add(weights.at(id), undefined, rule);
      continue;
    }
    const weight = readWeight(weights, id);
    if (weight !== undefined) providers.push({ id, weight });
  }
  return scaled(providers);
}

function readWeight(fields: FieldReader, name: string): number | undefined {
  const weight = fields.value(name);
  if (typeof weight !== 'number') return fields.wrong(name, WEIGHT_RULE);
  const isFraction = weight === 0 || (weight >= MIN_WEIGHT && weight <= 1);
  const isPercentage = Number.isInteger(weight) && weight > 0 && weight <= 100;
  return isFraction || isPercentage ? weight : fields.wrong(name, WEIGHT_RULE);
}

/** Whole numbers are percentages. A 1 is one of them only where another weight of the list is. */
function scaled(providers: readonly PolicyProvider[]): readonly PolicyProvider[] {
  const inPercent = providers.some(({ weight }) => weight > 1);
  if (!inPercent) return providers;
  return providers.map((provider) =>
    provider.weight >= 1 ? { ...provider, weight: provider.weight / 100 } : provider,
  );
}
