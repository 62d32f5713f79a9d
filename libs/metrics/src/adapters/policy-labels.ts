import { OTHER } from './family.js';

/** Labels of a policy on the metrics page. */
export interface PolicyLabels {
  readonly tenantId: string;
  readonly policyId: string;
}

const BEYOND: PolicyLabels = { tenantId: OTHER, policyId: OTHER };

/**
 * Decides which policies get labels of their own: the first `max` that the store has loaded. A tenant id that a caller
 * made up is never one of them, so nobody can grow the page from outside.
 */
export class PolicyLabelBudget {
  readonly #tenants = new Map<string, Map<string, PolicyLabels>>();
  #size = 0;

  constructor(private readonly max: number) {}

  /** Gives a policy labels of its own, while there are any left. Kept for the life of the process. */
  admit(tenantId: string, policyId: string): void {
    if (this.#size >= this.max) return;
    let policies = this.#tenants.get(tenantId);
    if (policies === undefined) {
      policies = new Map();
      this.#tenants.set(tenantId, policies);
    }
    if (policies.has(policyId)) return;
    policies.set(policyId, { tenantId, policyId });
    this.#size += 1;
  }

  /** The same object for the same policy, so that it can be the key of a map. */
  labelsOf(tenantId: string, policyId: string): PolicyLabels {
    return this.#tenants.get(tenantId)?.get(policyId) ?? BEYOND;
  }

  /** The tenant itself when one of its policies has labels, else `_other`. */
  tenantLabel(tenantId: string): string {
    return this.#tenants.has(tenantId) ? tenantId : OTHER;
  }
}
