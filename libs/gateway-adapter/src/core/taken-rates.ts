/** Length of a slice of time, in milliseconds. */
export const SLICE_MS = 250;
/** Slices that are remembered, the running one included: four seconds. */
const SLICES = 16;
/** Windows whose best rate counts. */
const WINDOWS = 4;
/** So many requests make a rate that can be told from chance. */
const ENOUGH = 20;

/** What was sent and refused in a span of time. */
export interface SentCount {
  readonly sent: number;
  readonly refused: number;
}

/**
 * How many requests per second the router takes from this gateway: what was sent less what was refused, in slices of
 * 250 ms. Answers are not waited for, since they come late when a router is slow, but refusals come at once.
 */
export class TakenRates {
  readonly #sent = new Uint32Array(SLICES);
  readonly #refused = new Uint32Array(SLICES);
  /** Number of the running slice, and how many before it are remembered. */
  #running = 0;
  #complete = 0;
  #startMs = 0;

  /** Starts anew: what was before is forgotten. */
  restart(nowMs: number): void {
    this.#sent.fill(0);
    this.#refused.fill(0);
    this.#running = 0;
    this.#complete = 0;
    this.#startMs = nowMs;
  }

  /** When the running slice began. */
  get startMs(): number {
    return this.#startMs;
  }

  /** Ends the running slice. */
  turn(): void {
    this.#running += 1;
    this.#startMs += SLICE_MS;
    this.#complete = Math.min(SLICES - 1, this.#complete + 1);
    this.#sent[this.#running % SLICES] = 0;
    this.#refused[this.#running % SLICES] = 0;
  }

  send(): void {
    const at = this.#running % SLICES;
    this.#sent[at] = (this.#sent[at] ?? 0) + 1;
  }

  /** Counts a refusal of a request that was sent `agoMs` ago. */
  refuse(agoMs: number, nowMs: number): void {
    const back = Math.ceil((agoMs - (nowMs - this.#startMs)) / SLICE_MS);
    const at = this.#slice(back > 0 && back <= this.#complete ? back : 0);
    this.#refused[at] = (this.#refused[at] ?? 0) + 1;
  }

  /** What was sent and refused in the running slice and so many before it. */
  recent(slicesBefore: number): SentCount {
    let sent = 0;
    let refused = 0;
    for (let back = 0; back <= Math.min(slicesBefore, this.#complete); back += 1) {
      sent += this.#sent[this.#slice(back)] ?? 0;
      refused += this.#refused[this.#slice(back)] ?? 0;
    }
    return { sent, refused };
  }

  /**
   * The best of the last four windows, in requests per second; `undefined` when no slice is complete. A window is one
   * slice, or longer for an `expectedPerSecond` so low that single requests would make the rate. The best and not the
   * mean: a mean below the limit lowers the limit, which lowers the mean.
   */
  best(expectedPerSecond: number): number | undefined {
    if (this.#complete === 0) return undefined;
    const length = windowOf(expectedPerSecond);
    let best = 0;
    for (let from = 1; from <= length * WINDOWS; from += length) {
      const until = Math.min(this.#complete, from + length - 1);
      // What is left of a window counts only where there is no whole one.
      if (from > this.#complete || (from > 1 && until - from + 1 < length)) break;
      best = Math.max(best, this.#rate(from, until));
    }
    return best;
  }

  /** Rate of the running slice so far; `undefined` before it is 25 ms old. */
  current(nowMs: number): number | undefined {
    const ageMs = nowMs - this.#startMs;
    if (ageMs < SLICE_MS / 10) return undefined;
    const { sent, refused } = this.recent(0);
    return (Math.max(0, sent - refused) * 1000) / ageMs;
  }

  #rate(from: number, until: number): number {
    let taken = 0;
    for (let back = from; back <= until; back += 1) {
      const at = this.#slice(back);
      taken += (this.#sent[at] ?? 0) - (this.#refused[at] ?? 0);
    }
    return (Math.max(0, taken) * 1000) / ((until - from + 1) * SLICE_MS);
  }

  #slice(back: number): number {
    return (((this.#running - back) % SLICES) + SLICES) % SLICES;
  }
}

/** Slices in a window: 1, 2 or 3, so that four windows are remembered. */
function windowOf(perSecond: number): number {
  const inSlice = (perSecond * SLICE_MS) / 1000;
  if (inSlice >= ENOUGH) return 1;
  return inSlice >= ENOUGH / 2 ? 2 : 3;
}
