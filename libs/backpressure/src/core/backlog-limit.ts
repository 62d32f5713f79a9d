import type { ClassRank } from './request-class.js';
import { TimeHistogram } from './time-histogram.js';

const WINDOW_MS = 200;
const INITIAL = 20;
const LEAST = 3;
const DECREASE = 0.9;
/** Latency that a window may show at its 90th percentile, as a share of the objective. */
const LATE_SHARE = 0.5;

/** Shares of the limit between which a class is shed, by rank. They nest. */
const BANDS: readonly { readonly from: number; readonly to: number }[] = [
  { from: 0.95, to: 1 },
  { from: 0.85, to: 0.95 },
  { from: 0.6, to: 0.75 },
  { from: 0.4, to: 0.55 },
];

/**
 * Limits what may be in hand where nobody reports service times: additive increase and multiplicative decrease by the
 * latency of the answers (AIMD). It has no ceiling of its own: a fixed one would starve large plants.
 */
export class BacklogLimit {
  #limit = INITIAL;
  #openedMs: number;
  #highest = 0;
  #wasDropped = false;
  readonly #latencies = new TimeHistogram(60_000);

  constructor(nowMs: number) {
    this.#openedMs = nowMs;
  }

  get current(): number {
    return this.#limit;
  }

  /** How many may be in hand before any of a class is shed. */
  freeBacklog(rank: ClassRank): number {
    return (BANDS[rank]?.from ?? 0) * this.#limit;
  }

  /** 0 to 1. */
  shedProbability(backlog: number, rank: ClassRank): number {
    const from = this.freeBacklog(rank);
    const to = (BANDS[rank]?.to ?? 0) * this.#limit;
    return Math.max(0, Math.min(1, (backlog + 1 - from) / (to - from)));
  }

  record(latencyMs: number, backlog: number): void {
    this.#latencies.record(latencyMs);
    this.#highest = Math.max(this.#highest, backlog);
  }

  recordDrop(): void {
    this.#wasDropped = true;
  }

  advance(nowMs: number, sloMs: number, maxInflight: number): void {
    if (nowMs - this.#openedMs < WINDOW_MS) return;
    const isLate = this.#latencies.quantile(0.9) > LATE_SHARE * sloMs;
    if (isLate || this.#wasDropped) this.#limit = Math.max(LEAST, this.#limit * DECREASE);
    else if (this.#highest * 2 >= this.#limit) this.#limit += this.#latencies.count;
    this.#limit = Math.min(this.#limit, maxInflight);
    this.#latencies.clear();
    this.#highest = 0;
    this.#wasDropped = false;
    this.#openedMs = nowMs;
  }
}
