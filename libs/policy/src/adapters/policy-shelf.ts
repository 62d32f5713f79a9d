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
export class ShelvedPolicy {
  found: PolicyFound | undefined;
  /** Asked for since the clock hand last passed. */
  used = false;
  /** Number of the reading of the bucket that last told of it. */
  reading = 0;

  /** @param revision Revision of the bucket that holds this text; 0 while no bucket is known to hold it. */
  constructor(
    readonly policyId: string,
    readonly text: string,
    readonly source: 'seed' | 'kv',
    public revision: number,
  ) {}
}

/**
 * The policies in force. Each is kept as its JSON text, about a third of its compiled size, and compiled when it is
 * first asked for; the compiled forms of those not asked for lately are given up, so that 100 000 tenants fit in
 * memory and the active ones are a map lookup away.
 */
export class PolicyShelf {
  /** Most tenants have one policy, and a map for it would cost more than the policy's own entry. */
  readonly #tenants = new Map<string, ShelvedPolicy | Map<string, ShelvedPolicy>>();
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
    const ofTenant = this.#tenants.get(tenantId);
    if (ofTenant instanceof Map) return ofTenant.get(policyId);
    return ofTenant?.policyId === policyId ? ofTenant : undefined;
  }

  /** The compiled policy, compiling it when it is asked for the first time in a while. */
  find(tenantId: string, policyId: string): PolicyFound | undefined {
    const shelved = this.get(tenantId, policyId);
    if (shelved === undefined) return undefined;
    shelved.used = true;
    return shelved.found ?? this.#compile(shelved, tenantId);
  }

  put(tenantId: string, policy: ShelvedPolicy): void {
    const before = this.get(tenantId, policy.policyId);
    if (before === undefined) this.#size += 1;
    // The clock hand takes the place of one that is not compiled.
    else before.found = undefined;
    const ofTenant = this.#tenants.get(tenantId);
    if (ofTenant instanceof Map) ofTenant.set(policy.policyId, policy);
    else if (ofTenant === undefined || ofTenant === before) this.#tenants.set(tenantId, policy);
    else this.#tenants.set(tenantId, new Map([ofTenant, policy].map((one) => [one.policyId, one])));
  }

  /** @returns whether it was there. */
  remove(tenantId: string, policyId: string): boolean {
    const shelved = this.get(tenantId, policyId);
    if (shelved === undefined) return false;
    shelved.found = undefined;
    this.#size -= 1;
    const ofTenant = this.#tenants.get(tenantId);
    if (ofTenant instanceof Map && ofTenant.size > 1) ofTenant.delete(policyId);
    else this.#tenants.delete(tenantId);
    return true;
  }

  /** The policies of one tenant, in no order. */
  ofTenant(tenantId: string): readonly ShelvedPolicy[] {
    const ofTenant = this.#tenants.get(tenantId);
    if (ofTenant instanceof Map) return [...ofTenant.values()];
    return ofTenant === undefined ? [] : [ofTenant];
  }

  /** Every policy. Entries may be removed meanwhile. */
  *all(): IterableIterator<readonly [tenantId: string, policy: ShelvedPolicy]> {
    for (const [tenantId, ofTenant] of this.#tenants) {
      if (ofTenant instanceof Map) {
        for (const policy of ofTenant.values()) yield [tenantId, policy];
      } else yield [tenantId, ofTenant];
    }
  }

  #compile(shelved: ShelvedPolicy, tenantId: string): PolicyFound | undefined {
    // The text was parsed before it came here, so it parses again.
    const { policyId, text } = shelved;
    const parsed = parsePolicy(JSON.parse(text), { tenantId, policyId });
    if (!parsed.ok) return undefined;
    shelved.found = { ok: true, policy: compilePolicy(parsed.policy) };
    const evicted = this.#hot.add(shelved);
    if (evicted !== undefined) evicted.found = undefined;
    return shelved.found;
  }
}
