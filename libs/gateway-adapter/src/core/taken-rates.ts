/** Length of a slice of time, in milliseconds. */
export const SLICE_MS = 250;
/** Slices that are remembered, the running one included: four seconds. */
const SLICES = 16;
/** Windows whose best rate counts. */
const WINDOWS = 4;
/** So many requests make a rate that can be told from chance. */
const ENOUGH = 20;
/** Standard deviations of chance that the best of four windows is corrected by. */
const LUCK = 0.5;
/** A running slice is no measure before this age, in milliseconds. */
const MEASURABLE_MS = 100;

/** What was sent and refused in a span of time. */
export interface SentCount {
  readonly sent: number;
  readonly refused: number;
}

/** Counts of one kind per slice. */
type Counts = Uint32Array;

/**
 * How many requests per second the router takes from this gateway, in slices of 250 ms. What it has answered tells most:
 * a router fills a queue when load comes and drains it when load stays, so what it lets in is now more and now less than
 * it can do. Until answers come, what was sent and not refused has to do: refusals come at once.
 */
export class TakenRates {
  readonly #sent: Counts = new Uint32Array(SLICES);
  readonly #refused: Counts = new Uint32Array(SLICES);
  readonly #accepted: Counts = new Uint32Array(SLICES);
  /** Number of the running slice, and how many before it are remembered. */
  #running = 0;
  #complete = 0;
  #startMs = 0;

  /** When the running slice began. */
  get startMs(): number {
    return this.#startMs;
  }

  /** Starts anew: what was before is forgotten. */
  restart(nowMs: number): void {
    for (const counts of [this.#sent, this.#refused, this.#accepted]) counts.fill(0);
    this.#running = 0;
    this.#complete = 0;
    this.#startMs = nowMs;
  }

  /** Ends the running slice. */
  turn(): void {
    this.#running += 1;
    this.#startMs += SLICE_MS;
    this.#complete = Math.min(SLICES - 1, this.#complete + 1);
    for (const counts of [this.#sent, this.#refused, this.#accepted]) counts[this.#at(0)] = 0;
  }

  send(): void {
    this.#count(this.#sent, 0);
  }

  /** Takes back that a request was sent `agoMs` ago: it was not. */
  unsend(agoMs: number, nowMs: number): void {
    const at = this.#at(this.#slicesBefore(agoMs, nowMs));
    const count = this.#sent[at] ?? 0;
    if (count > 0) this.#sent[at] = count - 1;
  }

  accept(): void {
    this.#count(this.#accepted, 0);
  }

  /** Counts a refusal of a request that was sent `agoMs` ago. */
  refuse(agoMs: number, nowMs: number): void {
    this.#count(this.#refused, this.#slicesBefore(agoMs, nowMs));
  }

  /** What was sent and refused in the running slice and so many before it. */
  recent(slicesBefore: number): SentCount {
    const last = Math.min(slicesBefore, this.#complete);
    return { sent: this.#sum(this.#sent, 0, last), refused: this.#sum(this.#refused, 0, last) };
  }

  /** Whether requests were sent in the last so many slices, and none was accepted. */
  isUnanswered(slices: number): boolean {
    const last = Math.min(slices, this.#complete);
    return this.#sum(this.#sent, 1, last) > 0 && this.#sum(this.#accepted, 1, last) === 0;
  }

  /** The best rate at which requests were accepted, as in {@link best}; 0 when none were. */
  bestAccepted(expectedPerSecond: number): number {
    return this.#bestOf(expectedPerSecond, (from, to) => this.#sum(this.#accepted, from, to));
  }

  /**
   * The best of the last four windows, in requests per second; `undefined` when no slice is complete. A window is one
   * slice, or longer for an `expectedPerSecond` so low that single requests would make the rate. The best and not the
   * mean: a mean below the limit lowers the limit, which lowers the mean. But not all of what is above the mean, since the
   * best of several is in part luck, and many gateways that each count on their luck send far too much together.
   */
  best(expectedPerSecond: number): number | undefined {
    if (this.#complete === 0) return undefined;
    const accepted = this.bestAccepted(expectedPerSecond);
    if (accepted > 0) return accepted;
    return this.#bestOf(expectedPerSecond, (from, to) => this.#notRefused(from, to));
  }

  /** Mean rate at which requests were accepted, in requests per second; 0 when none were. */
  meanAccepted(): number {
    if (this.#complete === 0) return 0;
    return perSecond(this.#sum(this.#accepted, 1, this.#complete), this.#complete);
  }

  /** Rate of the running slice so far; `undefined` while that is too young. */
  current(nowMs: number): number | undefined {
    const ageMs = nowMs - this.#startMs;
    return ageMs < MEASURABLE_MS ? undefined : (this.#notRefused(0, 0) * 1000) / ageMs;
  }

  #bestOf(expectedPerSecond: number, countOf: (from: number, to: number) => number): number {
    const length = windowOf(expectedPerSecond);
    let best = 0;
    let last = 0;
    for (let from = 1; from <= length * WINDOWS; from += length) {
      const to = from + length - 1;
      // What is left of a window counts only where there is no whole one.
      if (to > this.#complete && from > 1) break;
      last = Math.min(this.#complete, to);
      const count = countOf(from, last);
      best = Math.max(best, perSecond(count - LUCK * Math.sqrt(count), last - from + 1));
    }
    return Math.max(best, perSecond(countOf(1, last), last));
  }

  #notRefused(from: number, to: number): number {
    return Math.max(0, this.#sum(this.#sent, from, to) - this.#sum(this.#refused, from, to));
  }

  #sum(counts: Counts, from: number, to: number): number {
    let sum = 0;
    for (let back = from; back <= to; back += 1) sum += counts[this.#at(back)] ?? 0;
    return sum;
  }

  /** How many slices before the running one something was; what is not remembered counts for the running one. */
  #slicesBefore(agoMs: number, nowMs: number): number {
    const back = Math.ceil((agoMs - (nowMs - this.#startMs)) / SLICE_MS);
    return back > 0 && back <= this.#complete ? back : 0;
  }

  #count(counts: Counts, back: number): void {
    const at = this.#at(back);
    counts[at] = (counts[at] ?? 0) + 1;
  }

  #at(back: number): number {
    return (this.#running - back + SLICES) % SLICES;
  }
}

/** Slices in a window: 1, 2 or 3. */
function windowOf(expectedPerSecond: number): number {
  const inSlice = (expectedPerSecond * SLICE_MS) / 1000;
  if (inSlice >= ENOUGH) return 1;
  return inSlice >= ENOUGH / 2 ? 2 : 3;
}

function perSecond(count: number, slices: number): number {
  return slices > 0 ? (count * 1000) / (slices * SLICE_MS) : 0;
}
