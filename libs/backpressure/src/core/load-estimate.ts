import type { EstimateQuality, Outcome, WorkReport } from './admission-types.js';
import { BacklogLimit } from './backlog-limit.js';
import { CapacityEstimate } from './capacity-estimate.js';
import type { ClassRank } from './request-class.js';
import { ServiceTimes } from './service-times.js';
import { WaitBudget } from './wait-budget.js';

/** In hand beyond what runs at the known rate, before any of it counts as waiting. */
const SLACK = 2;
const RUNNING_MARGIN = 1.05;
/** With nothing known, so many in hand count as running … */
const UNKNOWN_RUNNING = 50;
/** … and so many per millisecond as deliverable. */
const UNKNOWN_PER_MS = 1;
/** Answers in a row without a service time after which service times count as unknown again. */
const MOST_UNREPORTED = 200;
/** A delay measured at the door holds for this long. */
const DOOR_FRESH_MS = 1_000;

/** What is asked about one request. */
export interface Question {
  readonly rank: ClassRank;
  readonly backlog: number;
  readonly nowMs: number;
}

/** What is known about the work behind: how long a request would wait, and whether that is too long. */
export class LoadEstimate {
  readonly #capacity: CapacityEstimate;
  readonly #services = new ServiceTimes();
  readonly #limit: BacklogLimit;
  readonly #budget: WaitBudget;
  #sloMs: number;
  #maxInflight: number;
  #unreported: number | undefined;
  #queueMs = 0;
  #doorMs = 0;
  #doorAtMs = -Infinity;

  constructor({ sloMs, maxInflight }: { sloMs: number; maxInflight: number }, nowMs: number) {
    this.#sloMs = sloMs;
    this.#maxInflight = maxInflight;
    this.#capacity = new CapacityEstimate(nowMs);
    this.#limit = new BacklogLimit(nowMs);
    this.#budget = new WaitBudget(nowMs);
    this.#budget.setObjective(sloMs, 0);
  }

  configure({ sloMs, maxInflight }: { sloMs: number; maxInflight: number }): void {
    this.#sloMs = sloMs;
    this.#maxInflight = maxInflight;
    this.#budget.setObjective(sloMs, this.#services.p99Ms);
  }

  get quality(): EstimateQuality {
    if (this.#unreported === undefined) return 'none';
    return this.#unreported > MOST_UNREPORTED ? 'inferred' : 'reported';
  }

  get perMs(): number {
    return this.#capacity.perMs;
  }

  get serviceMs(): number {
    return this.#services.meanMs;
  }

  get medianServiceMs(): number | undefined {
    return this.#services.medianMs;
  }

  get backlogLimit(): number | undefined {
    return this.quality === 'inferred' ? Math.floor(this.#limit.current) : undefined;
  }

  begin(nowMs: number): void {
    this.#capacity.begin(nowMs);
  }

  advance(nowMs: number, backlog: number): void {
    this.#capacity.advance(nowMs, backlog, this.#services.meanMs);
    this.#limit.advance(nowMs, this.#sloMs, this.#maxInflight);
  }

  /** Follows the service times; to be called now and then. */
  refreshBudget(): void {
    this.#budget.setObjective(this.#sloMs, this.#services.p99Ms);
  }

  learn(
    outcome: Outcome,
    work: WorkReport | undefined,
    answered: { latencyMs: number; backlog: number },
  ): void {
    if (outcome === 'ignored') return;
    if (outcome === 'dropped') {
      this.#capacity.recordDrop();
      this.#limit.recordDrop();
      return;
    }
    this.#capacity.recordCompletion();
    this.#limit.record(answered.latencyMs, answered.backlog);
    this.#learnReport(work);
  }

  observeDoor(queueMs: number, nowMs: number): void {
    if (!(queueMs >= 0 && queueMs < Infinity)) return;
    this.#doorMs = queueMs;
    this.#doorAtMs = nowMs;
    this.#capacity.recordQueue(queueMs);
  }

  queueMs(nowMs: number): number {
    return Math.max(this.#queueMs, this.#freshDoorMs(nowMs));
  }

  /** Wait that a request would meet now, in milliseconds. */
  waitMs(backlog: number, nowMs: number): number {
    return Math.max(this.#predictedMs(backlog), this.#freshDoorMs(nowMs));
  }

  /** To be told at every decision. */
  observeWait(waitMs: number, nowMs: number): void {
    this.#budget.observe(waitMs, nowMs);
  }

  /** 0 to 1. */
  shedProbability(question: Question, waitMs: number): number {
    const { rank, backlog, nowMs } = question;
    if (this.quality !== 'inferred') return this.#budget.shedProbability(waitMs, rank, nowMs);
    const byDoor = this.#budget.shedProbability(this.#freshDoorMs(nowMs), rank, nowMs);
    return Math.max(byDoor, this.#limit.shedProbability(backlog, rank));
  }

  /** How many requests of a class may be in hand before any is shed. */
  freeBacklog(rank: ClassRank, nowMs: number): number {
    if (this.quality === 'inferred') return this.#limit.freeBacklog(rank);
    const freeMs = this.#budget.freeWaitMs(rank, nowMs);
    if (this.perMs === 0) return UNKNOWN_RUNNING + freeMs * UNKNOWN_PER_MS;
    return this.#running() + freeMs * this.perMs;
  }

  #learnReport(work: WorkReport | undefined): void {
    const { serviceMs, queueMs } = work ?? {};
    if (serviceMs === undefined) {
      this.#unreported = this.#unreported === undefined ? Infinity : this.#unreported + 1;
    } else {
      this.#unreported = 0;
      this.#services.record(serviceMs);
    }
    if (queueMs !== undefined && queueMs >= 0 && queueMs < Infinity) {
      this.#queueMs = queueMs;
      this.#capacity.recordQueue(queueMs);
    }
  }

  #running(): number {
    return RUNNING_MARGIN * this.perMs * this.#services.meanMs + SLACK;
  }

  #predictedMs(backlog: number): number {
    if (this.perMs === 0) return Math.max(0, backlog - UNKNOWN_RUNNING) / UNKNOWN_PER_MS;
    return Math.max(0, backlog - this.#running()) / this.perMs;
  }

  #freshDoorMs(nowMs: number): number {
    return nowMs - this.#doorAtMs <= DOOR_FRESH_MS ? this.#doorMs : 0;
  }
}
