/** Something that can be made again when it is asked for. */
export interface Renewable {
  found: unknown;
  used: boolean;
}

/**
 * Bounds how many renewables hold what they found: a clock with one hand. A newcomer takes the place of the first one
 * not used since the hand last passed, so a hit costs one store instead of the relinking of an LRU list.
 */
export class HotSet {
  readonly #slots: Renewable[] = [];
  #hand = 0;

  constructor(private readonly capacity: number) {}

  add(newcomer: Renewable): void {
    if (this.#slots.length < this.capacity) {
      this.#slots.push(newcomer);
      return;
    }
    for (;;) {
      const held = this.#slots[this.#hand];
      if (held === undefined || !held.used || held.found === undefined) break;
      held.used = false;
      this.#advance();
    }
    const evicted = this.#slots[this.#hand];
    if (evicted !== undefined && evicted !== newcomer) evicted.found = undefined;
    this.#slots[this.#hand] = newcomer;
    this.#advance();
  }

  #advance(): void {
    this.#hand = (this.#hand + 1) % this.capacity;
  }
}
