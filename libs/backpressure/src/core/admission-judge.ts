import type { AdmissionRequest, RefusalReason } from './admission-types.js';
import { Exemption } from './exemption.js';
import type { LoadEstimate } from './load-estimate.js';
import type { OverloadStatus } from './overload-status.js';
import { rankOf } from './request-class.js';
import type { AdmissionSettings } from './subject-settings.js';
import type { TenantAccount, TenantUsage } from './tenant-usage.js';

/** What a decision looks at besides the request. */
export interface Asked {
  readonly tenant: TenantAccount | undefined;
  readonly waitMs: number;
  readonly nowMs: number;
  readonly inHand: number;
  readonly isShedding: boolean;
}

/** Finds what speaks against a request. */
export class AdmissionJudge {
  readonly #estimate: LoadEstimate;
  readonly #tenants: TenantUsage;
  readonly #random: () => number;
  readonly #exemption = new Exemption();
  /** The status that strict mode obeys. */
  reported: OverloadStatus = 'inactive';

  constructor(estimate: LoadEstimate, tenants: TenantUsage, random: () => number) {
    this.#estimate = estimate;
    this.#tenants = tenants;
    this.#random = random;
  }

  noteAdmitted(): void {
    this.#exemption.noteAdmitted();
  }

  /** @returns `undefined` when nothing does. */
  objection(
    request: AdmissionRequest,
    asked: Asked,
    { mode, maxInflight }: AdmissionSettings,
  ): RefusalReason | undefined {
    if (mode === 'strict' && this.reported === 'active') return 'backpressure_active';
    if (asked.inHand >= maxInflight) return 'hard_limit';
    if (mode === 'strict') return undefined;
    if (this.#isTooLate(request)) return 'deadline';
    if (this.#outlastsCaller(request, asked.waitMs)) return 'predicted_wait';
    const reason = this.#tooLong(request, asked);
    if (reason !== undefined && request.plus === true && this.#exemption.tryUse()) return undefined;
    return reason;
  }

  #isTooLate({ deadlineLeftMs = Infinity }: AdmissionRequest): boolean {
    return deadlineLeftMs <= 0 || deadlineLeftMs < (this.#estimate.medianServiceMs ?? 0);
  }

  #tooLong(request: AdmissionRequest, asked: Asked): RefusalReason | undefined {
    const { tenant, waitMs, nowMs, isShedding } = asked;
    const isGreedy = tenant !== undefined && isShedding && this.#tenants.isOverShare(tenant, nowMs);
    const rank = rankOf(request.criticality, isGreedy, request.isLaterStep);
    const probability = this.#estimate.shedProbability(rank, waitMs, nowMs);
    if (probability <= 0) return undefined;
    if (probability < 1 && this.#lot(tenant, nowMs) >= probability) return undefined;
    if (isGreedy) return 'tenant_share';
    return this.#estimate.quality === 'inferred' ? 'backlog_limit' : 'predicted_wait';
  }

  /**
   * Work whose caller has gone by the time it is done is wasted, however important it is. Unlike a deadline that is too
   * short for the work itself, this passes with the queue: it is told as load.
   */
  #outlastsCaller({ deadlineLeftMs = Infinity }: AdmissionRequest, waitMs: number): boolean {
    return deadlineLeftMs < waitMs + (this.#estimate.medianServiceMs ?? -Infinity);
  }

  /** A tenant that is short of its share must not lose by the lot of the hour as well. */
  #lot(tenant: TenantAccount | undefined, nowMs: number): number {
    if (tenant === undefined || this.#tenants.isUnderShare(tenant, nowMs)) return this.#random();
    return this.#tenants.cohort(tenant, nowMs);
  }
}
