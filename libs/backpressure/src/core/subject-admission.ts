import { AdmissionJudge } from './admission-judge.js';
import { AdmissionTally } from './admission-tally.js';
import type {
  Admission,
  AdmissionCounts,
  AdmissionParts,
  AdmissionRequest,
  AdmissionView,
  Permit,
  Refusal,
  RefusalReason,
} from './admission-types.js';
import type { Criticality } from '@beamline/contracts/core';
import { type Credit, CreditMeter } from './credit.js';
import { DemandSlices } from './demand-slices.js';
import { EffectiveStatus } from './effective-status.js';
import { IssuedPermit, type SettlePermit } from './issued-permit.js';
import { LoadEstimate } from './load-estimate.js';
import type { OverloadStatus } from './overload-status.js';
import { PermitLedger } from './permit-ledger.js';
import { rankOf } from './request-class.js';
import { RetryAdvice } from './retry-advice.js';
import { SteadyTime } from './steady-time.js';
import { permitTtlMsOf, sloMsOf, type SubjectSettings } from './subject-settings.js';
import { type TenantAccount, TenantUsage } from './tenant-usage.js';

/**
 * Lets requests of one subject in, or not. It predicts from its own count of requests in hand and from the rate at which
 * they are answered how long a new one would wait (Little's law), and sheds by class as the wait nears the budget.
 * It needs no timers: whatever is due is done inside the next call.
 */
export class SubjectAdmission {
  readonly #time: SteadyTime;
  readonly #random: () => number;
  readonly #waitedMs: AdmissionParts['waitedMs'];
  readonly #onSettled: AdmissionParts['onSettled'];
  readonly #onRefusing: AdmissionParts['onRefusing'];
  readonly #estimate: LoadEstimate;
  readonly #ledger: PermitLedger;
  readonly #tenants: TenantUsage;
  readonly #retries: RetryAdvice;
  readonly #status: EffectiveStatus;
  readonly #tally = new AdmissionTally();
  readonly #credit = new CreditMeter();
  readonly #demand: DemandSlices;
  readonly #judge: AdmissionJudge;
  #settings: SubjectSettings;
  #expired = 0;

  constructor(settings: SubjectSettings, parts: AdmissionParts) {
    this.#settings = settings;
    this.#time = new SteadyTime(parts.clock);
    this.#random = parts.random;
    this.#waitedMs = parts.waitedMs;
    this.#onSettled = parts.onSettled;
    this.#onRefusing = parts.onRefusing;
    const nowMs = this.#time.nowMs();
    this.#estimate = new LoadEstimate(sloMsOf(settings), nowMs);
    this.#tenants = new TenantUsage(parts.originMs);
    this.#ledger = new PermitLedger(permitTtlMsOf(settings));
    this.#retries = new RetryAdvice(nowMs);
    this.#status = new EffectiveStatus(nowMs);
    const readers = { retries: this.#retries, status: this.#status, credit: this.#credit };
    this.#demand = new DemandSlices(readers, nowMs);
    this.#judge = new AdmissionJudge(this.#estimate, this.#tenants, parts.random);
  }

  /** Takes over other settings at once; what was learned stays. */
  configure(settings: SubjectSettings): void {
    this.#settings = settings;
    this.#estimate.setSlo(sloMsOf(settings));
    this.#ledger.setTtl(permitTtlMsOf(settings));
  }

  /** Decides at once. An admitted request holds its permit until it is settled or older than `permitTtlMs`. */
  admit(request: AdmissionRequest): Admission {
    const nowMs = this.#advance();
    const { criticality, tenantId } = request;
    this.#demand.noteOffered();
    const tenant = tenantId === undefined ? undefined : this.#tenants.account(tenantId, nowMs);
    if (tenant !== undefined) tenant.wanted += this.#workMs();
    const inHand = this.#ledger.inHand;
    const waitMs = Math.max(this.#estimate.waitMs(inHand, nowMs), this.#waitedMs?.() ?? 0);
    if (this.#estimate.observeWait(waitMs, nowMs)) this.#demand.noteWaiting();

    const asked = { tenant, waitMs, nowMs, inHand, isShedding: this.#status.isShedding };
    const reason = this.#judge.objection(request, asked, this.#settings.admission);
    if (reason !== undefined) this.#tally.refuse(criticality, reason);
    if (reason === undefined || this.#isShadowed(reason)) {
      this.#credit.noteAdmitted();
      return { admitted: true, permit: this.#issue(criticality, tenant, nowMs) };
    }
    this.#noteShed(criticality, reason, nowMs);
    return { admitted: false, refusal: this.#refusal(criticality, reason, { waitMs, nowMs }) };
  }

  /**
   * To be asked when a request that was let in had to wait for its turn in this process: nothing is done for nobody.
   * It counts as refused, too. Whether its permit is settled as `dropped` then is up to whoever holds it.
   *
   * @param waitedMs Since it was let in, in milliseconds.
   * @returns how to refuse it; `undefined` while its caller waits, and in modes that promise to look at no deadline.
   */
  outwaited(request: AdmissionRequest, waitedMs: number): Refusal | undefined {
    const { criticality, deadlineLeftMs = Infinity } = request;
    const { mode } = this.#settings.admission;
    if (waitedMs < deadlineLeftMs || mode === 'strict') return undefined;
    const nowMs = this.#advance();
    const reason = 'predicted_wait';
    this.#tally.refuse(criticality, reason);
    if (this.#isShadowed(reason)) return undefined;
    this.#noteShed(criticality, reason, nowMs);
    return this.#refusal(criticality, reason, { waitMs: waitedMs, nowMs });
  }

  /** A permit for what is never refused, such as health checks and questions about the status. */
  bypass(criticality: Criticality = 'critical'): Permit {
    const nowMs = this.#advance();
    this.#demand.noteBypassed();
    return this.#issue(criticality, undefined, nowMs);
  }

  /** Takes a delay that was measured before the door, in milliseconds. It holds for a second. */
  observeQueueDelay(queueMs: number): void {
    const nowMs = this.#advance();
    this.#estimate.observeDoor(queueMs, nowMs);
    // With little traffic nothing else tells that there was no wait, and one stall would count as a standing queue.
    this.#estimate.observeWait(this.#estimate.waitMs(this.#ledger.inHand, nowMs), nowMs);
  }

  /** Takes the status that strict mode obeys. */
  reportStatus(status: OverloadStatus): void {
    this.#judge.reported = status;
  }

  /** Does what is due. Without it everything is done with the next request or answer. */
  advance(): void {
    this.#advance();
  }

  /**
   * How many more requests of a class could be admitted now, for those who fetch their work. At least 1 when nothing is
   * in hand, so that whoever waits for room never waits for ever.
   */
  room(criticality: Criticality = 'default'): number {
    const nowMs = this.#advance();
    const { mode, maxInflight } = this.#settings.admission;
    const { inHand } = this.#ledger;
    this.#estimate.observeWait(this.#estimate.waitMs(inHand, nowMs), nowMs);
    const free =
      mode === 'proportional'
        ? Math.min(maxInflight, this.#estimate.freeBacklog(rankOf(criticality, false), nowMs))
        : maxInflight;
    return Math.max(inHand === 0 ? 1 : 0, Math.floor(free - inHand));
  }

  view(): AdmissionView {
    const nowMs = this.#advance();
    const estimate = this.#estimate;
    return {
      mode: this.#settings.admission.mode,
      backlog: this.#ledger.inHand,
      deliveredPerSecond: estimate.perMs * 1_000,
      serviceMs: estimate.serviceMs,
      queueMs: estimate.queueMs(nowMs),
      predictedWaitMs: estimate.waitMs(this.#ledger.inHand, nowMs),
      backlogLimit: estimate.backlogLimit,
      quality: estimate.quality,
      effectiveStatus: this.#status.status,
      effectiveSinceMs: this.#status.sinceMs,
    };
  }

  /** What happened since the previous call. */
  takeCounts(): AdmissionCounts {
    this.#advance();
    return this.#tally.take();
  }

  /** Permits that were never given back and have been written off since the previous call. */
  takeExpired(): number {
    this.#advance();
    const expired = this.#expired;
    this.#expired = 0;
    return expired;
  }

  /** Offered and refused over the last ten seconds. */
  recentLoad(): { readonly offered: number; readonly refused: number } {
    this.#advance();
    return this.#demand.sum();
  }

  /** What is taken now, and whether anything is refused. */
  credit(): Credit {
    return this.#credit.credit(this.#estimate, this.#advance());
  }

  /** The hard limit protects memory, so it holds in shadow mode too. */
  #isShadowed(reason: RefusalReason): boolean {
    return this.#settings.admission.mode === 'shadow' && reason !== 'hard_limit';
  }

  /** A deadline that is too short says nothing about load. */
  #noteShed(criticality: Criticality, reason: RefusalReason, nowMs: number): void {
    if (reason === 'deadline') return;
    this.#demand.noteShed(criticality);
    if (this.#credit.noteRefused(nowMs)) this.#onRefusing?.();
  }

  #refusal(
    criticality: Criticality,
    reason: RefusalReason,
    { waitMs, nowMs }: { waitMs: number; nowMs: number },
  ): Refusal {
    const appointment = this.#retries.appoint(
      { criticality, reason, nowMs, capacityPerMs: this.#estimate.perMs },
      this.#settings,
      this.#random,
    );
    const effectiveStatus = this.#status.status;
    return { reason, criticality, predictedWaitMs: waitMs, ...appointment, effectiveStatus };
  }

  #issue(criticality: Criticality, tenant: TenantAccount | undefined, nowMs: number): Permit {
    this.#estimate.begin(nowMs);
    this.#tally.admit(criticality);
    this.#judge.noteAdmitted();
    const generation = this.#ledger.take(nowMs);
    const chargedMs = this.#workMs();
    if (tenant !== undefined) this.#tenants.charge(tenant, chargedMs, nowMs);
    const held = { generation, admittedMs: nowMs, tenant, chargedMs };
    return new IssuedPermit(held, this.#settle);
  }

  readonly #settle: SettlePermit = (held, outcome, report) => {
    const nowMs = this.#advance();
    if (!this.#ledger.giveBack(held.generation)) return;
    const latencyMs = nowMs - held.admittedMs;
    this.#estimate.learn(outcome, report, latencyMs, nowMs);
    if (held.tenant !== undefined && report?.serviceMs !== undefined) {
      // Work cannot have taken longer than it was in hand, whatever is reported.
      const workMs = Math.max(0, Math.min(report.serviceMs, latencyMs));
      this.#tenants.correct(held.tenant, workMs - held.chargedMs, nowMs);
    }
    this.#onSettled?.(latencyMs, outcome);
  };

  /** What a request is thought to cost before it is done. */
  #workMs(): number {
    return this.#estimate.serviceMs > 0 ? this.#estimate.serviceMs : 1;
  }

  #advance(): number {
    const nowMs = this.#time.nowMs();
    this.#estimate.advance(nowMs, this.#ledger.inHand);
    if (this.#demand.advance(nowMs)) this.#expired += this.#ledger.sweep(nowMs);
    return nowMs;
  }
}
