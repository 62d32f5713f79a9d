/** Generations that a permit's life is divided into: a lost permit outlives its time by an eighth at most. */
const GENERATIONS_PER_LIFE = 8;
const MOST_GENERATIONS = GENERATIONS_PER_LIFE + 2;

interface Generation {
  readonly openedMs: number;
  /** When its youngest permit was taken. */
  youngestMs: number;
  inHand: number;
}

/**
 * Counts permits in hand and writes off those that were never given back. It keeps a number per generation, not one per
 * permit, so that its memory does not depend on the load.
 */
export class PermitLedger {
  /** Oldest first; the last one is open. */
  readonly #generations: Generation[] = [];
  /** Number of the oldest generation. */
  #first = 0;
  #ttlMs: number;
  #inHand = 0;

  /** @param ttlMs Time after which a permit counts as lost, in milliseconds. */
  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  get inHand(): number {
    return this.#inHand;
  }

  /** Holds for permits in hand as well as for those to come. */
  setTtl(ttlMs: number): void {
    this.#ttlMs = ttlMs;
  }

  /** Counts a permit and answers the number of its generation, which {@link giveBack} wants to be told. */
  take(nowMs: number): number {
    const open = this.#open(nowMs);
    open.youngestMs = nowMs;
    open.inHand += 1;
    this.#inHand += 1;
    return this.#first + this.#generations.length - 1;
  }

  /** @returns `false` for a permit that was written off before: it must not count twice. */
  giveBack(generation: number): boolean {
    const held = this.#generations[generation - this.#first];
    if (held === undefined) return false;
    held.inHand -= 1;
    this.#inHand -= 1;
    return true;
  }

  /** Writes off what is too old. @returns how many permits were lost. */
  sweep(nowMs: number): number {
    let lost = 0;
    let oldest = this.#generations[0];
    while (oldest !== undefined && nowMs - oldest.youngestMs >= this.#ttlMs) {
      lost += oldest.inHand;
      this.#generations.shift();
      this.#first += 1;
      oldest = this.#generations[0];
    }
    this.#inHand -= lost;
    return lost;
  }

  #open(nowMs: number): Generation {
    const newest = this.#generations.at(-1);
    if (newest !== undefined) {
      const isYoung = nowMs - newest.openedMs < this.#ttlMs / GENERATIONS_PER_LIFE;
      // With a time to live that was shortened there may be more generations than fit: the newest takes what comes.
      if (isYoung || this.#generations.length >= MOST_GENERATIONS) return newest;
    }
    const opened = { openedMs: nowMs, youngestMs: nowMs, inHand: 0 };
    this.#generations.push(opened);
    return opened;
  }
}
