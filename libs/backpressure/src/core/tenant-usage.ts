import { cohortHour, cohortOf } from './cohort.js';

/** Usage fades with this time constant. */
const MEMORY_MS = 10_000;
/** Usage is faded and shares are divided once per slice. */
const SLICE_MS = 1_000;
/** What is left of usage after a slice. */
const LEFT_PER_SLICE = Math.exp(-SLICE_MS / MEMORY_MS);
/** Share of its fair share that a tenant may have before it is judged one class lower. */
const TOLERANCE = 1.25;
const DIVIDING_ROUNDS = 8;
/** Two generations of so many tenants each: those not seen for longest are forgotten. */
const TENANTS_PER_GENERATION = 5_000;

/** Ids longer than this share one account: memory per tenant has to have a bound. */
const LONGEST_ID = 256;

/** What one tenant wanted and got, in milliseconds of service, fading. */
export interface TenantAccount {
  readonly tenantId: string;
  served: number;
  wanted: number;
  slice: number;
  cohort: number;
  hour: number;
}

/** Who has how much of the work behind, and who has too much. */
export class TenantUsage {
  #recent = new Map<string, TenantAccount>();
  #older = new Map<string, TenantAccount>();
  #sharesSlice = -1;
  /** Fair share of one tenant in all that is served; `Infinity`: there is enough for everybody. */
  #fairPart = Infinity;
  /** What all had been served when shares were divided, and what it has come to since. */
  #dividedServed = 0;
  #served = 0;

  /** @param originMs Unix time at the origin of the times that are told: the hours of all replicas are the same ones. */
  constructor(private readonly originMs = 0) {}

  /** Tenants remembered. */
  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  /** May be kept as long as a request of the tenant is in hand, even when the tenant is forgotten meanwhile. */
  account(tenantId: string, nowMs: number): TenantAccount {
    const id = tenantId.length > LONGEST_ID ? '' : tenantId;
    const account = this.#recent.get(id) ?? this.#promoted(id, sliceOf(nowMs));
    fade(account, sliceOf(nowMs));
    return account;
  }

  /** Charges work to a tenant. */
  charge(account: TenantAccount, workMs: number, nowMs: number): void {
    if (!Number.isFinite(workMs)) return;
    fade(account, sliceOf(nowMs));
    const before = account.served;
    account.served = Math.max(0, before + workMs);
    this.#served += account.served - before;
  }

  /** Corrects what work was thought to take, once it is done: it was wanted and served in the same measure. */
  correct(account: TenantAccount, byMs: number, nowMs: number): void {
    if (!Number.isFinite(byMs)) return;
    this.charge(account, byMs, nowMs);
    account.wanted = Math.max(0, account.wanted + byMs);
  }

  /** Whether a tenant has had clearly more than its share of what was served lately. */
  isOverShare(account: TenantAccount, nowMs: number): boolean {
    return account.served > TOLERANCE * this.#share(nowMs);
  }

  /** Whether a tenant has had less than its share of what was served lately. */
  isUnderShare(account: TenantAccount, nowMs: number): boolean {
    return account.served < this.#share(nowMs);
  }

  /** The tenant's lot of this hour, 0 to 1. */
  cohort(account: TenantAccount, nowMs: number): number {
    const hour = cohortHour(this.originMs + nowMs);
    if (account.hour !== hour) {
      account.hour = hour;
      account.cohort = cohortOf(account.tenantId, hour);
    }
    return account.cohort;
  }

  #promoted(tenantId: string, slice: number): TenantAccount {
    if (this.#recent.size >= TENANTS_PER_GENERATION) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    const account = this.#older.get(tenantId) ?? newAccount(tenantId, slice);
    this.#older.delete(tenantId);
    this.#recent.set(tenantId, account);
    return account;
  }

  /**
   * In milliseconds of service. Usage is charged all the time and fades slice by slice, so one that was served for the
   * first time grows many times within a slice: then what a share comes to has to grow with it, or the only tenant and
   * all of several equal ones would have more than their share.
   */
  #share(nowMs: number): number {
    this.#divide(sliceOf(nowMs));
    if (this.#fairPart === Infinity) return Infinity;
    return this.#fairPart * Math.max(this.#dividedServed, LEFT_PER_SLICE * this.#served);
  }

  /**
   * Max-min fairness by water filling: those who want less than an equal part get what they want, and what they leave is
   * divided among the others, again and again.
   */
  #divide(slice: number): void {
    if (slice === this.#sharesSlice) return;
    this.#sharesSlice = slice;
    const wants: number[] = [];
    let served = 0;
    for (const accounts of [this.#recent, this.#older]) {
      for (const account of accounts.values()) {
        fade(account, slice);
        wants.push(account.wanted);
        served += account.served;
      }
    }
    this.#dividedServed = served;
    this.#served = served;
    this.#fairPart = served > 0 ? fairShare(wants, served) / served : Infinity;
  }
}

function sliceOf(nowMs: number): number {
  return Math.floor(nowMs / SLICE_MS);
}

function newAccount(tenantId: string, slice: number): TenantAccount {
  return { tenantId, served: 0, wanted: 0, slice, cohort: 0, hour: -1 };
}

function fade(account: TenantAccount, slice: number): void {
  if (account.slice === slice) return;
  const factor = Math.exp((-(slice - account.slice) * SLICE_MS) / MEMORY_MS);
  account.served *= factor;
  account.wanted *= factor;
  account.slice = slice;
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
