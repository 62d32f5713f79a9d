/** Something that may have to go. */
export interface Evictable {
  /** Set at every use; cleared when the hand passes. */
  used: boolean;
}

/**
 * Chooses who goes when a cache is full: a clock with one hand. The first one not used since the hand last passed
 * goes, so a hit costs one store instead of the relinking of an LRU list.
 */
export class ClockRing<Item extends Evictable> {
  readonly #slots: Item[] = [];
  #hand = 0;

  /** @param isHeld Whether an item still is in the cache: the place of one that is not is free. */
  constructor(
    private readonly capacity: number,
    private readonly isHeld: (item: Item) => boolean,
  ) {}

  /** Takes a newcomer in. @returns the item that has to go for it. */
  add(newcomer: Item): Item | undefined {
    if (this.#slots.length < this.capacity) {
      this.#slots.push(newcomer);
      return undefined;
    }
    let candidate = this.#slots[this.#hand];
    while (candidate !== undefined && candidate.used && this.isHeld(candidate)) {
      candidate.used = false;
      this.#advance();
      candidate = this.#slots[this.#hand];
    }
    this.#slots[this.#hand] = newcomer;
    this.#advance();
    return candidate !== undefined && this.isHeld(candidate) ? candidate : undefined;
  }

  #advance(): void {
    this.#hand = (this.#hand + 1) % this.capacity;
  }
}
