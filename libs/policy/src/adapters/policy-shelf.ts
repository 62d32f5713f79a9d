import type { CompiledPolicy } from '../core/index.js';
import { compilePolicy, parsePolicy } from '../core/index.js';
import { ClockRing } from './clock-ring.js';

/** Where a policy in force came from. */
export type PolicySource = 'seed' | 'kv' | 'builtin';

/** A policy that was found. The same object at every hit: nothing is allocated. */
export interface PolicyFound {
  readonly ok: true;
  readonly policy: CompiledPolicy;
}

/** One policy in force: its text, and its compiled form while it is in use. */
export interface ShelvedPolicy {
  readonly text: string;
  readonly source: 'seed' | 'kv';
  /** Revision of the bucket that holds this text; 0 while no bucket is known to hold it. */
  revision: number;
  /** Number of the reading of the bucket that last told of it. */
  reading: number;
  found: PolicyFound | undefined;
  /** Asked for since the clock hand last passed. */
  used: boolean;
}

/**
 * The policies in force. Each is kept as its JSON text, about a third of its compiled size, and compiled when it is
 * first asked for; the compiled forms of those not asked for lately are given up, so that 100 000 tenants fit in
 * memory and the active ones are a map lookup away.
 */
export class PolicyShelf {
  readonly #tenants = new Map<string, Map<string, ShelvedPolicy>>();
  readonly #hot: ClockRing<ShelvedPolicy>;
  #size = 0;

  /** @param maxCompiled How many policies are kept compiled at a time. */
  constructor(maxCompiled: number) {
    this.#hot = new ClockRing(maxCompiled, ({ found }) => found !== undefined);
  }

  get size(): number {
    return this.#size;
  }

  get tenants(): number {
    return this.#tenants.size;
  }

  get(tenantId: string, policyId: string): ShelvedPolicy | undefined {
    return this.#tenants.get(tenantId)?.get(policyId);
  }

  /** The compiled policy, compiling it when it is asked for the first time in a while. */
  find(tenantId: string, policyId: string): PolicyFound | undefined {
    const shelved = this.#tenants.get(tenantId)?.get(policyId);
    if (shelved === undefined) return undefined;
    shelved.used = true;
    return shelved.found ?? this.#compile(shelved, tenantId, policyId);
  }

  put(at: { tenantId: string; policyId: string }, policy: ShelvedPolicy): void {
    let ofTenant = this.#tenants.get(at.tenantId);
    if (ofTenant === undefined) {
      ofTenant = new Map();
      this.#tenants.set(at.tenantId, ofTenant);
    }
    const before = ofTenant.get(at.policyId);
    if (before === undefined) this.#size += 1;
    else before.found = undefined;
    ofTenant.set(at.policyId, policy);
  }

  /** @returns whether it was there. */
  remove(tenantId: string, policyId: string): boolean {
    const ofTenant = this.#tenants.get(tenantId);
    const shelved = ofTenant?.get(policyId);
    if (ofTenant === undefined || shelved === undefined) return false;
    shelved.found = undefined;
    ofTenant.delete(policyId);
    if (ofTenant.size === 0) this.#tenants.delete(tenantId);
    this.#size -= 1;
    return true;
  }

  /** The policies of one tenant, by id. */
  ofTenant(tenantId: string): ReadonlyMap<string, ShelvedPolicy> {
    return this.#tenants.get(tenantId) ?? NONE;
  }

  /** Every policy. Entries may be removed meanwhile. */
  *all(): IterableIterator<readonly [tenantId: string, policyId: string, policy: ShelvedPolicy]> {
    for (const [tenantId, policies] of this.#tenants) {
      for (const [policyId, policy] of policies) yield [tenantId, policyId, policy];
    }
  }

  #compile(shelved: ShelvedPolicy, tenantId: string, policyId: string): PolicyFound | undefined {
    // The text was parsed before it came here, so it parses again.
    const parsed = parsePolicy(JSON.parse(shelved.text), { tenantId, policyId });
    if (!parsed.ok) return undefined;
    shelved.found = { ok: true, policy: compilePolicy(parsed.policy) };
    const evicted = this.#hot.add(shelved);
    if (evicted !== undefined) evicted.found = undefined;
    return shelved.found;
  }
}

const NONE: ReadonlyMap<string, ShelvedPolicy> = new Map();
