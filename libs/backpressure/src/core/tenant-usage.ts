import { cohortHour, cohortOf } from './cohort.js';

/** Usage fades with this time constant. */
const MEMORY_MS = 10_000;
/** Usage is faded and shares are divided once per slice. */
const SLICE_MS = 1_000;
/** Share of its fair share that a tenant may have before it is judged one class lower. */
const TOLERANCE = 1.25;
const DIVIDING_ROUNDS = 8;
/** Two generations of so many tenants each: those not seen for longest are forgotten. */
const TENANTS_PER_GENERATION = 5_000;

/** Account of one tenant. In service-milliseconds, fading. */
interface Tenant {
  served: number;
  wanted: number;
  slice: number;
  cohort: number;
  hour: number;
}

/** Who has how much of the work behind, and who has too much. */
export class TenantUsage {
  #recent = new Map<string, Tenant>();
  #older = new Map<string, Tenant>();
  #sharesSlice = -1;
  #fairShare = Infinity;

  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  /** Notes that a tenant asks for work. */
  want(tenantId: string, workMs: number, nowMs: number): void {
    this.#at(tenantId, nowMs).wanted += workMs;
  }

  /** Charges work to a tenant; negative to correct an earlier estimate. */
  charge(tenantId: string, workMs: number, nowMs: number): void {
    const tenant = this.#at(tenantId, nowMs);
    tenant.served = Math.max(0, tenant.served + workMs);
  }

  /** Whether a tenant has had clearly more than its share of what was served lately. */
  isOverShare(tenantId: string, nowMs: number): boolean {
    this.#divide(nowMs);
    return this.#at(tenantId, nowMs).served > TOLERANCE * this.#fairShare;
  }

  /** Whether a tenant has had less than its share of what was served lately. */
  isUnderShare(tenantId: string, nowMs: number): boolean {
    this.#divide(nowMs);
    return this.#at(tenantId, nowMs).served < this.#fairShare;
  }

  /** The tenant's lot of this hour, 0 to 1. */
  cohort(tenantId: string, nowMs: number): number {
    const tenant = this.#at(tenantId, nowMs);
    const hour = cohortHour(nowMs);
    if (tenant.hour !== hour) {
      tenant.hour = hour;
      tenant.cohort = cohortOf(tenantId, hour);
    }
    return tenant.cohort;
  }

  #at(tenantId: string, nowMs: number): Tenant {
    const slice = Math.floor(nowMs / SLICE_MS);
    const tenant = this.#recent.get(tenantId) ?? this.#promoted(tenantId, slice);
    fade(tenant, slice);
    return tenant;
  }

  #promoted(tenantId: string, slice: number): Tenant {
    if (this.#recent.size >= TENANTS_PER_GENERATION) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    const tenant = this.#older.get(tenantId) ?? {
      served: 0,
      wanted: 0,
      slice,
      cohort: 0,
      hour: -1,
    };
    this.#older.delete(tenantId);
    this.#recent.set(tenantId, tenant);
    return tenant;
  }

  /**
   * Max-min fairness by water filling: those who want less than an equal part get what they want, and what they leave is
   * divided among the others, again and again.
   */
  #divide(nowMs: number): void {
    const slice = Math.floor(nowMs / SLICE_MS);
    if (slice === this.#sharesSlice) return;
    this.#sharesSlice = slice;
    const wants: number[] = [];
    let served = 0;
    for (const tenants of [this.#recent, this.#older]) {
      for (const tenant of tenants.values()) {
        fade(tenant, slice);
        if (tenant.wanted > 0) wants.push(tenant.wanted);
        served += tenant.served;
      }
    }
    this.#fairShare = fairShare(wants, served);
  }
}

function fade(tenant: Tenant, slice: number): void {
  if (tenant.slice === slice) return;
  const factor = Math.exp((-(slice - tenant.slice) * SLICE_MS) / MEMORY_MS);
  tenant.served *= factor;
  tenant.wanted *= factor;
  tenant.slice = slice;
}

/** Level to which `amount` fills all wants. `Infinity`: there is enough for everybody. */
function fairShare(wants: readonly number[], amount: number): number {
  let share = 0;
  let left = amount;
  let unsatisfied = wants.length;
  for (let round = 0; round < DIVIDING_ROUNDS && unsatisfied > 0; round += 1) {
    const level = left / unsatisfied;
    if (level === share) break;
    share = level;
    left = amount;
    unsatisfied = 0;
    for (const want of wants) {
      if (want <= share) left -= want;
      else unsatisfied += 1;
    }
  }
  return unsatisfied === 0 ? Infinity : share;
}
