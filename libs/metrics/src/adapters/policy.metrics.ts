import { assertNever, type Observer } from '@beamline/kernel';
import type { BucketState, PolicyEvent } from '@beamline/policy/core';
import type { Registry } from 'prom-client';
import { type Cell, counter, type Family, gauge } from './family.js';
import { LatencyHistogram } from './latency.js';
import type { PolicyLabelBudget } from './policy-labels.js';

type LookupEvent = Extract<PolicyEvent, { type: 'policy-lookup' | 'sticky-lookup' }>;
type StoreEvent = Exclude<PolicyEvent, LookupEvent>;

const SOURCES = ['seed', 'kv', 'builtin'] as const;
const BUCKET_STATES: readonly BucketState[] = [
  'connecting',
  'syncing',
  'synced',
  'unreachable',
  'incompatible',
];

/** Every metric of the policy store and the sticky store is born here. Policies get their labels as they are loaded. */
export function policyMetrics(
  registry: Registry,
  budget: PolicyLabelBudget,
): Observer<PolicyEvent> {
  const observeLookup = lookupMetrics(registry, budget);
  const observeStore = storeMetrics(registry, budget);
  return (event) => {
    if (event.type === 'policy-lookup' || event.type === 'sticky-lookup') observeLookup(event);
    else observeStore(event);
  };
}

function lookupMetrics(registry: Registry, budget: PolicyLabelBudget): Observer<LookupEvent> {
  const perTenant = (name: string, help: string) => {
    const maxSeries = Number.MAX_SAFE_INTEGER;
    return cellPerTenant(counter(registry, { name, help, labelNames: ['tenant_id'], maxSeries }));
  };
  const policyHits = perTenant(
    'router_policy_store_cache_hits_total',
    'Requests whose policy was found, by tenant.',
  );
  const policyMisses = perTenant(
    'router_policy_store_cache_misses_total',
    'Requests whose policy was not found, by tenant.',
  );
  const stickyHits = perTenant('router_sticky_hits_total', 'Sessions with a live pin, by tenant.');
  const stickyMisses = perTenant('router_sticky_miss_total', 'Sessions without one, by tenant.');

  return ({ type, hit, tenantId }) => {
    const label = budget.tenantLabel(tenantId);
    if (type === 'policy-lookup') (hit ? policyHits : policyMisses)(label).value += 1;
    else (hit ? stickyHits : stickyMisses)(label).value += 1;
  };
}

/** Labels come from the budget, so there are no more of them than it admits. */
function cellPerTenant(family: Family): (label: string) => Cell {
  const cells = new Map<string, Cell>();
  return (label) => {
    const known = cells.get(label);
    if (known !== undefined) return known;
    const cell = family.cell(label);
    cells.set(label, cell);
    return cell;
  };
}

function storeMetrics(registry: Registry, budget: PolicyLabelBudget): Observer<StoreEvent> {
  const loaded = loadMetrics(registry, budget);
  const setState = bucketStates(registry);
  const rejected = counter(registry, {
    name: 'router_policy_rejected_total',
    help: 'Policy documents that were not usable, by source.',
    labelNames: ['source'],
  });
  const removed = counter(registry, {
    name: 'router_policy_removed_total',
    help: 'Policies that were deleted.',
  }).cell();
  const sizeOf = (name: string, help: string) => gauge(registry, { name, help }).cell();
  const policies = sizeOf('router_policy_store_size', 'Policies held.');
  const tenants = sizeOf('router_policy_store_tenants', 'Tenants that have policies.');
  const pins = sizeOf('router_sticky_store_size', 'Sticky pins held.');
  const unpinned = counter(registry, {
    name: 'router_sticky_write_failed_total',
    help: 'Sticky pins that could not be stored, by reason.',
    labelNames: ['reason'],
  });
  for (const source of ['seed', 'kv']) rejected.cell(source);
  for (const reason of ['queue-full', 'publish-failed']) unpinned.cell(reason);

  return (event) => {
    switch (event.type) {
      case 'policy-loaded':
        return loaded(event);
      case 'policy-removed':
        removed.value += 1;
        return undefined;
      case 'policy-rejected':
        rejected.cell(event.source).value += 1;
        return undefined;
      case 'policy-store-size':
        policies.value = event.policies;
        tenants.value = event.tenants;
        return undefined;
      case 'sticky-store-size':
        pins.value = event.pins;
        return undefined;
      case 'sticky-write-failed':
        unpinned.cell(event.reason).value += 1;
        return undefined;
      case 'bucket-state-changed':
        return setState(event);
      default:
        return assertNever(event);
    }
  };
}

/** One series per bucket and state, 1 for the state it is in. */
function bucketStates(
  registry: Registry,
): Observer<Extract<StoreEvent, { type: 'bucket-state-changed' }>> {
  const states = gauge(registry, {
    name: 'router_bucket_state',
    help: 'How a store stands to its bucket: 1 for the state it is in.',
    labelNames: ['bucket', 'state'],
  });
  for (const bucket of ['policies', 'sticky']) {
    for (const state of BUCKET_STATES) states.cell(bucket, state);
  }
  return ({ bucket, state }) => {
    for (const other of BUCKET_STATES) states.cell(bucket, other).value = other === state ? 1 : 0;
  };
}

function loadMetrics(
  registry: Registry,
  budget: PolicyLabelBudget,
): Observer<Extract<PolicyEvent, { type: 'policy-loaded' }>> {
  const loads = counter(registry, {
    name: 'policy_loads_total',
    help: 'Policies loaded, by tenant and source.',
    labelNames: ['tenant_id', 'source'],
    maxSeries: Number.MAX_SAFE_INTEGER,
  });
  const durations = new LatencyHistogram(registry, {
    name: 'router_policy_store_load_time_ms',
    help: 'Time to parse and compile a policy, by source.',
    labelNames: ['source'],
    unit: 'ms',
  });
  for (const source of SOURCES) durations.cell(source);

  return ({ tenantId, policyId, source, durationMs }) => {
    budget.admit(tenantId, policyId);
    loads.cell(budget.tenantLabel(tenantId), source).value += 1;
    durations.cell(source).observe(durationMs);
  };
}
