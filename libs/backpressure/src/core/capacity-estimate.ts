/** Shortest time over which a rate is taken. */
const WINDOW_MS = 200;
/** Completions that make a rate worth believing; while there are fewer the window stays open, if services are slow. */
const ENOUGH_COMPLETIONS = 8;
/** A window stays open for this many service times at most … */
const SERVICES_PER_WINDOW = 4;
/** … and for this long. */
const LONGEST_WINDOW_MS = 5_000;
/** A wait for a slot, or one before the door that lasts all window, above this, in milliseconds: all slots are taken. */
const QUEUEING_MS = 10;
/** So many in hand may be late for reasons of their own: one that hangs says nothing about the plant. */
const STRAGGLERS = 2;
const RISE = 0.5;
const FALL = 0.2;
/** A stalled plant keeps this estimate, one completion in a thousand seconds: 0 would mean that nothing is known. */
const LEAST_PER_MS = 1e-6;
/** Empty windows that are counted one by one; after so many the estimate is as good as gone. */
const MAX_EMPTY_WINDOWS = 60;

/** What is known of the time that the work takes. */
export interface WorkTimes {
  /** Mean time of service. */
  readonly serviceMs: number;
  /** Mean time in hand above which some of the work is waiting. */
  readonly unqueuedMs: number;
}

/**
 * How much the work behind can deliver, learned from completions. A rate above the estimate proves capacity at any
 * time. A rate below it proves a lack only while work is waiting: otherwise there was merely nothing to do (the
 * app-limited guard of BBR and Vegas).
 */
export class CapacityEstimate {
  #perMs = 0;
  #openedMs: number;
  #completions = 0;
  #longestQueueMs = 0;
  #leastDoorMs: number | undefined;
  #wasDropped = false;
  #leastBacklog = Number.POSITIVE_INFINITY;
  #isProven = false;

  constructor(nowMs: number) {
    this.#openedMs = nowMs;
  }

  /** Completions per millisecond; 0: not known. */
  get perMs(): number {
    return this.#perMs;
  }

  /**
   * Whether work has ever waited for a whole window. Until then the rate is what was asked for and not what can be
   * delivered: quiet traffic must not make the first burst look like an overload.
   */
  get isProven(): boolean {
    return this.#isProven && this.#perMs > 0;
  }

  /**
   * Notes a request that is let in. The first window begins with the last one before the first answer: the time in which
   * the plant fills says nothing about its rate.
   */
  begin(nowMs: number): void {
    if (this.#perMs === 0 && this.#completions === 0) this.#openedMs = nowMs;
  }

  recordCompletion(): void {
    this.#completions += 1;
  }

  recordDrop(): void {
    this.#wasDropped = true;
  }

  recordQueue(queueMs: number): void {
    if (queueMs > this.#longestQueueMs) this.#longestQueueMs = queueMs;
  }

  /** Takes a delay before the door. The least of a window counts: a pause of the process is no lack of capacity. */
  recordDoor(delayMs: number): void {
    this.#leastDoorMs = Math.min(this.#leastDoorMs ?? delayMs, delayMs);
  }

  /**
   * Closes the windows that have passed. Nothing may have happened since the previous call other than what was recorded.
   * @param backlog In hand since the previous call.
   * @returns how many windows were closed, those included in which nothing happened any more.
   */
  advance(nowMs: number, backlog: number, work: WorkTimes): number {
    if (backlog < this.#leastBacklog) this.#leastBacklog = backlog;
    const elapsedMs = nowMs - this.#openedMs;
    if (elapsedMs < WINDOW_MS) return 0;
    const lengthMs = windowLengthMs(work);
    const isEnough = this.#completions >= ENOUGH_COMPLETIONS;
    if (!isEnough && elapsedMs < lengthMs) return 0;

    // What completed did so before the previous call ended, so it belongs to the first of the windows that passed.
    const firstMs = Math.min(elapsedMs, lengthMs);
    const rate = this.#completions / firstMs;
    this.#learn(rate, this.#isSaturated(backlog, work));
    if (this.#leastBacklog > rate * work.unqueuedMs + STRAGGLERS) this.#isProven = true;
    this.#leastBacklog = backlog;
    this.#completions = 0;
    this.#longestQueueMs = 0;
    this.#leastDoorMs = undefined;
    this.#wasDropped = false;
    const empty = Math.floor((elapsedMs - firstMs) / lengthMs);
    this.#learnEmpty(empty, backlog, work);
    this.#openedMs = nowMs;
    return 1 + empty;
  }

  #isSaturated(backlog: number, { unqueuedMs }: WorkTimes): boolean {
    if (this.#wasDropped || this.#longestQueueMs > QUEUEING_MS) return true;
    if (this.#leastDoorMs !== undefined && this.#leastDoorMs > QUEUEING_MS) return true;
    return backlog > this.#perMs * unqueuedMs + STRAGGLERS;
  }

  #learn(rate: number, isSaturated: boolean): void {
    if (this.#perMs === 0) this.#perMs = rate;
    else if (rate > this.#perMs) {
      // Few completions make a rate uncertain, and a rate that is too high is found out late.
      const weight = RISE * Math.min(1, this.#completions / ENOUGH_COMPLETIONS);
      this.#perMs += weight * (rate - this.#perMs);
    } else if (isSaturated) this.#sink(rate);
  }

  #sink(rate: number): void {
    this.#perMs = Math.max(LEAST_PER_MS, this.#perMs + FALL * (rate - this.#perMs));
  }

  /** Work is in hand and nothing comes out: the estimate sinks, window by window. */
  #learnEmpty(windows: number, backlog: number, work: WorkTimes): void {
    for (let n = Math.min(windows, MAX_EMPTY_WINDOWS); n > 0 && this.#perMs > 0; n -= 1) {
      if (!this.#isSaturated(backlog, work)) return;
      this.#sink(0);
    }
  }
}

function windowLengthMs({ serviceMs }: WorkTimes): number {
  return Math.max(WINDOW_MS, Math.min(LONGEST_WINDOW_MS, SERVICES_PER_WINDOW * serviceMs));
}
