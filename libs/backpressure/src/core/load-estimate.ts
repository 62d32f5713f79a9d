import type { EstimateQuality, Outcome, WorkReport } from './admission-types.js';
import { CapacityEstimate, type WorkTimes } from './capacity-estimate.js';
import { InferredService } from './inferred-service.js';
import { rankOf, type ClassRank } from './request-class.js';
import { ServiceTimes, p99FromMean } from './service-times.js';
import { TransitTime } from './transit-time.js';
import { EXACT, ROUGH, WaitBudget } from './wait-budget.js';
import { WaitWitness } from './wait-witness.js';

/** In hand beyond what runs at the known rate, before any of it counts as waiting. */
const SLACK = 2;
const RUNNING_MARGIN = 1.05;
/** More in hand than this multiple of what runs at the known rate means that some of it waits. */
const SATURATION_RATIO = 1.2;
/** Until work was seen to wait, by a whole window or by those who waited, so many in hand count as running at once … */
const UNPROVEN_RUNNING = 50;
/** … and deliver this share of what so many would deliver at once. */
const UNPROVEN_SHARE = 0.5;
/** Completions per millisecond that are assumed before anything was answered. */
const UNKNOWN_PER_MS = 0.5;
/** Answers in a row without a service time after which service times count as unknown again. */
const MOST_UNREPORTED = 200;
/** Who reports to have waited for so much longer than others, in milliseconds, had to wait for others. */
const WAITED_MS = 10;
/** A delay measured at the door holds for this long. */
const DOOR_FRESH_MS = 1_000;

/** What is known about the work behind: how long a request would wait, and whether that is too long. */
export class LoadEstimate {
  readonly #capacity: CapacityEstimate;
  readonly #services = new ServiceTimes();
  readonly #inferred: InferredService;
  readonly #transit = new TransitTime();
  readonly #witness = new WaitWitness();
  readonly #budget: WaitBudget;
  #sloMs: number;
  #quality: EstimateQuality = 'none';
  #unreported = 0;
  #queueMs = 0;
  /** Shortest reported wait of the running window, and of the one before it; `undefined`: none was reported. */
  #leastQueueMs: number | undefined;
  #lastLeastQueueMs: number | undefined;
  #doorMs = 0;
  #doorAtMs = -Infinity;

  /** @param sloMs Longest time from admission to answer. */
  constructor(sloMs: number, nowMs: number) {
    this.#sloMs = sloMs;
    this.#capacity = new CapacityEstimate(nowMs);
    this.#inferred = new InferredService(nowMs);
    this.#budget = new WaitBudget(nowMs);
    this.#setBudget();
  }

  setSlo(sloMs: number): void {
    this.#sloMs = sloMs;
    this.#setBudget();
  }

  get quality(): EstimateQuality {
    return this.#quality;
  }

  /** Completions per millisecond; 0: not known. */
  get perMs(): number {
    return this.#capacity.perMs;
  }

  /** Whether work has waited for it: until then the rate is what was asked for. */
  get isProven(): boolean {
    return this.#capacity.isProven;
  }

  get serviceMs(): number {
    return this.#isInferred ? this.#inferred.serviceMs : this.#services.meanMs;
  }

  get medianServiceMs(): number | undefined {
    return this.#isInferred ? undefined : this.#services.medianMs;
  }

  /** Most in hand of the class `default` while a queue stands; `undefined` while service times are reported. */
  get backlogLimit(): number | undefined {
    if (!this.#isInferred) return undefined;
    return Math.floor(this.#within(this.#budget.longestStandingMs(rankOf('default', false))));
  }

  begin(nowMs: number): void {
    this.#capacity.begin(nowMs);
  }

  advance(nowMs: number, backlog: number): void {
    const windows = this.#capacity.advance(nowMs, backlog, this.#workTimes());
    if (windows === 0) return;
    this.#inferred.closeWindow(nowMs, this.#sloMs);
    this.#transit.closeWindow(nowMs);
    this.#witness.closeWindows(windows);
    // After a pause the last window is an empty one: a queue of before it tells nothing about the first burst.
    this.#lastLeastQueueMs = windows === 1 ? this.#leastQueueMs : undefined;
    if (this.#leastQueueMs === undefined) this.#queueMs = 0;
    this.#leastQueueMs = undefined;
    this.#setBudget();
  }

  learn(outcome: Outcome, work: WorkReport | undefined, latencyMs: number, nowMs: number): void {
    if (outcome === 'dropped') this.#capacity.recordDrop();
    if (outcome !== 'success') return;
    this.#capacity.recordCompletion();
    this.#inferred.record(latencyMs);
    const { serviceMs, queueMs } = work ?? {};
    const isService = this.#learnService(serviceMs);
    const isQueue = this.#learnQueue(queueMs);
    // Without the wait nobody can tell travelling from waiting.
    if (!isService || !isQueue) return;
    this.#transit.record(latencyMs - serviceMs - queueMs);
    if (this.#capacity.isProven) return;
    // Where everybody reports to have waited for some time, that is how work is taken up there.
    const waitedMs = queueMs - (this.#lastLeastQueueMs ?? 0);
    if (waitedMs > WAITED_MS) this.#witness.record(nowMs - serviceMs);
  }

  observeDoor(queueMs: number, nowMs: number): void {
    if (!isTime(queueMs)) return;
    this.#doorMs = queueMs;
    this.#doorAtMs = nowMs;
    this.#capacity.recordDoor(queueMs);
  }

  queueMs(nowMs: number): number {
    return Math.max(this.#queueMs, this.#freshDoorMs(nowMs));
  }

  /** Wait that a request would meet now, in milliseconds. */
  waitMs(backlog: number, nowMs: number): number {
    const waitMs = Math.max(0, backlog - this.#running()) / this.#deliverablePerMs;
    return Math.max(waitMs, this.#freshDoorMs(nowMs));
  }

  /**
   * To be told at every decision. @returns whether there is a wait.
   *
   * Where everybody reports to have waited, there is a queue whatever the prediction says: a machine that is short of
   * processor delays requests on their way, and the time on the way cannot be told exactly from the wait. Of a queue that
   * was empty for a moment somebody reports no wait (the shortest wait of a window is CoDel's sign of a standing queue).
   */
  observeWait(waitMs: number, nowMs: number): boolean {
    return this.#budget.observe(Math.max(waitMs, this.#lastLeastQueueMs ?? 0), nowMs);
  }

  /** 0 to 1. */
  shedProbability(rank: ClassRank, waitMs: number, nowMs: number): number {
    return this.#budget.shedProbability(waitMs, rank, nowMs);
  }

  /** How many requests of a class may be in hand before any is shed. */
  freeBacklog(rank: ClassRank, nowMs: number): number {
    return this.#within(this.#budget.freeWaitMs(rank, nowMs));
  }

  /** In hand with at most this wait. */
  #within(waitMs: number): number {
    return this.#running() + waitMs * this.#deliverablePerMs;
  }

  get #deliverablePerMs(): number {
    const { perMs, serviceMs } = this;
    const isMeasured = perMs > 0 && serviceMs > 0;
    if (isMeasured && this.#capacity.isProven) return perMs;
    const assumed = isMeasured ? (UNPROVEN_SHARE * UNPROVEN_RUNNING) / serviceMs : UNKNOWN_PER_MS;
    return Math.max(perMs, Math.min(assumed, this.#witness.perMs ?? assumed));
  }

  get #isInferred(): boolean {
    return this.#quality === 'inferred';
  }

  /** In hand without any wait. */
  #running(): number {
    const { perMs } = this;
    const known = this.#runningAt(perMs);
    const running = this.#capacity.isProven ? known : Math.max(known, this.#assumedRunning());
    return this.#isInferred
      ? Math.max(running, this.#inferred.seenAtOnce(perMs, this.#sloMs))
      : running;
  }

  #runningAt(perMs: number): number {
    return RUNNING_MARGIN * perMs * (this.serviceMs + this.#transit.ms) + SLACK;
  }

  #assumedRunning(): number {
    const { perMs } = this.#witness;
    return perMs === undefined
      ? UNPROVEN_RUNNING
      : Math.min(UNPROVEN_RUNNING, this.#runningAt(perMs));
  }

  #workTimes(): WorkTimes {
    const { serviceMs } = this;
    const unqueuedMs = this.#isInferred
      ? this.#inferred.unqueuedMs(this.#sloMs)
      : SATURATION_RATIO * (serviceMs + this.#transit.ms);
    return { serviceMs, unqueuedMs };
  }

  #setBudget(): void {
    if (this.#isInferred) {
      this.#budget.setObjective(this.#sloMs, p99FromMean(this.#inferred.serviceMs), ROUGH);
    } else this.#budget.setObjective(this.#sloMs, this.#services.p99Ms, EXACT);
  }

  #learnService(serviceMs: number | undefined): serviceMs is number {
    if (serviceMs === undefined || !this.#services.record(serviceMs)) {
      this.#unreported += 1;
      if (this.#quality === 'none' || this.#unreported >= MOST_UNREPORTED)
        this.#quality = 'inferred';
      return false;
    }
    this.#unreported = 0;
    this.#quality = 'reported';
    return true;
  }

  #learnQueue(queueMs: number | undefined): queueMs is number {
    if (queueMs === undefined || !isTime(queueMs)) return false;
    this.#queueMs = queueMs;
    this.#leastQueueMs = Math.min(this.#leastQueueMs ?? queueMs, queueMs);
    this.#capacity.recordQueue(queueMs);
    return true;
  }

  #freshDoorMs(nowMs: number): number {
    return nowMs - this.#doorAtMs <= DOOR_FRESH_MS ? this.#doorMs : 0;
  }
}

function isTime(ms: number): boolean {
  return ms >= 0 && ms < Infinity;
}
