/** So many have to have waited before their word counts. */
const ENOUGH_WITNESSES = 5;

/** When those began who had to wait. */
interface Starts {
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

const NONE: Starts = { count: 0, firstMs: Infinity, lastMs: -Infinity };

/**
 * How fast work is taken up, by those who had to wait for it: the time between the first of them and the last. They know
 * long before completions can be counted. After a pause of the process many have waited too, but all are taken up at once,
 * so that they tell of no limit.
 */
export class WaitWitness {
  #starts = NONE;
  #before = NONE;

  /** Taken up per millisecond; `undefined`: too few have waited in this window and the one before. */
  get perMs(): number | undefined {
    return rateOf(this.#starts) ?? rateOf(this.#before);
  }

  /** Takes one that has waited. @param startedMs When work on it began. */
  record(startedMs: number): void {
    const { count, firstMs, lastMs } = this.#starts;
    this.#starts = {
      count: count + 1,
      firstMs: Math.min(firstMs, startedMs),
      lastMs: Math.max(lastMs, startedMs),
    };
  }

  /** Ends windows that have passed. */
  closeWindows(count: number): void {
    this.#before = count === 1 ? this.#starts : NONE;
    this.#starts = NONE;
  }
}

function rateOf({ count, firstMs, lastMs }: Starts): number | undefined {
  return count < ENOUGH_WITNESSES ? undefined : (count - 1) / (lastMs - firstMs);
}
