import type { ClassRank } from './request-class.js';

/** A queue that has not been empty for this long begins to count as standing. */
const STANDING_AFTER_MS = 1_000;
/**
 * Time from then on until it does wholly, by class rank. What matters most is given longer: the queue drains only when
 * nothing else comes any more, and the more critical work comes, the slower.
 */
const TURNS_STANDING_MS = [3_000, 3_000, 1_000, 1_000, 1_000] as const;

/** Share of the objective within which an answer should come, the rest being for the way. */
const USABLE_SHARE = 0.95;
const LONGEST_BURST_SHARE = 0.7;

/** How exactly waits are predicted decides how small a queue can be held. Shares of the objective. */
export interface Precision {
  /** What may stand. */
  readonly standingShare: number;
  /** A wait below this counts as none; at least {@link NO_WAIT_MS}. */
  readonly emptyShare: number;
}

/** With reported service times. */
export const EXACT: Precision = { standingShare: 0.08, emptyShare: 0 };
/** With service times inferred from latencies. */
export const ROUGH: Precision = { standingShare: 0.2, emptyShare: 0.05 };
/** A wait below this counts as none whatever the precision. */
const NO_WAIT_MS = 10;

/** A class is shed with rising probability from `from` to `to`, as shares of the budget. */
interface Band {
  readonly from: number;
  readonly to: number;
}

/**
 * By class rank. The bands nest: before anything of a class is shed, everything below it is. Bands that overlap cost the
 * important classes much of their protection.
 */
const BURST_BANDS: readonly Band[] = [
  { from: 0.98, to: 1 },
  { from: 0.95, to: 0.98 },
  { from: 0.85, to: 0.95 },
  { from: 0.55, to: 0.75 },
  { from: 0.4, to: 0.55 },
];
const STANDING_BANDS: readonly Band[] = [
  { from: 1.15, to: 1.5 },
  { from: 1, to: 1.15 },
  { from: 0.5, to: 1 },
  { from: 0.25, to: 0.5 },
  { from: 0.1, to: 0.25 },
];

/**
 * How long requests may wait. A burst may fill nearly the whole objective, because it ends and the queue drains; a queue
 * that stands only adds latency, so it gets a small share (the distinction that CoDel makes, Nichols and Jacobson 2012).
 */
export class WaitBudget {
  #burstMs = 0;
  #standingMs = 0;
  #emptyMs = NO_WAIT_MS;
  #lastEmptyMs: number;

  constructor(nowMs: number) {
    this.#lastEmptyMs = nowMs;
  }

  /**
   * @param sloMs Longest time from admission to answer.
   * @param p99ServiceMs Time that nearly all work needs without waiting.
   */
  setObjective(sloMs: number, p99ServiceMs: number, precision: Precision): void {
    this.#standingMs = precision.standingShare * sloMs;
    this.#emptyMs = Math.max(NO_WAIT_MS, precision.emptyShare * sloMs);
    const burst = Math.min(LONGEST_BURST_SHARE * sloMs, USABLE_SHARE * sloMs - p99ServiceMs);
    this.#burstMs = Math.max(this.#standingMs, burst);
  }

  /**
   * To be told at every decision: when there is no wait, whatever queue comes next is a burst.
   * @returns whether there is a wait.
   */
  observe(waitMs: number, nowMs: number): boolean {
    const isWaiting = waitMs >= this.#emptyMs;
    if (!isWaiting) this.#lastEmptyMs = nowMs;
    return isWaiting;
  }

  /** Longest wait at which nothing of the class is shed. */
  freeWaitMs(rank: ClassRank, nowMs: number): number {
    return this.#edgeMs(rank, nowMs, 'from');
  }

  /** Longest wait at which anything of the class is admitted while a queue stands. */
  longestStandingMs(rank: ClassRank): number {
    return (STANDING_BANDS[rank]?.to ?? 0) * this.#standingMs;
  }

  /** 0 to 1. */
  shedProbability(waitMs: number, rank: ClassRank, nowMs: number): number {
    const from = this.#edgeMs(rank, nowMs, 'from');
    if (waitMs <= from) return 0;
    const to = this.#edgeMs(rank, nowMs, 'to');
    return waitMs >= to ? 1 : (waitMs - from) / (to - from);
  }

  #edgeMs(rank: ClassRank, nowMs: number, edge: keyof Band): number {
    const overMs = nowMs - this.#lastEmptyMs - STANDING_AFTER_MS;
    const standing = Math.max(0, Math.min(1, overMs / TURNS_STANDING_MS[rank]));
    const burst = (BURST_BANDS[rank]?.[edge] ?? 0) * this.#burstMs;
    return burst + standing * ((STANDING_BANDS[rank]?.[edge] ?? 0) * this.#standingMs - burst);
  }
}
