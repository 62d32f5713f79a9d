/** A notification on its way to an endpoint. */
export interface Parcel<Letter> {
  readonly subject: string;
  readonly letter: Letter;
  /** When it was handed over, on the clock of the caller, in milliseconds. */
  readonly handedOverMs: number;
  /** For how long it is worth something, in milliseconds from then. */
  readonly ttlMs: number;
  /** Attempts that were made. */
  readonly attempts: number;
}

/** What is next for an endpoint. */
export interface LaneTurn<Item> {
  readonly next: Item | undefined;
  /** Those that waited for too long to be worth anything. */
  readonly expired: readonly Item[];
}

/**
 * What waits for one endpoint: the newest notification of each subject, those that came first in front. One that failed
 * goes before all others, unless a newer one of its subject has come.
 */
export class DeliveryLane<Item extends Parcel<unknown>> {
  readonly #maxSubjects: number;
  readonly #waiting = new Map<string, Item>();
  #again: Item | undefined;

  /** @param maxSubjects Subjects that may wait at once, 1 or more. */
  constructor(maxSubjects: number) {
    this.#maxSubjects = maxSubjects;
  }

  get isEmpty(): boolean {
    return this.#again === undefined && this.#waiting.size === 0;
  }

  /**
   * Lets a notification wait. Where one of its subject waits, it takes that one's place.
   * @returns the one whose place it took, or `crowded` with the one that had to go for want of room.
   */
  put(item: Item): { readonly superseded?: Item; readonly crowded?: Item } {
    const again = this.#again;
    if (again?.subject === item.subject) {
      this.#again = item;
      return { superseded: again };
    }
    const superseded = this.#waiting.get(item.subject);
    const crowded = superseded === undefined ? this.#makeRoom() : undefined;
    this.#waiting.set(item.subject, item);
    return {
      ...(superseded !== undefined && { superseded }),
      ...(crowded !== undefined && { crowded }),
    };
  }

  /** Whether a newer one waits that says something of the subject. */
  hasNewer(subject: string): boolean {
    return this.#waiting.has(subject);
  }

  /** Puts one back that failed and is tried again. Only where nothing newer waits. */
  putBack(item: Item): void {
    this.#again = item;
  }

  /** Takes the one whose turn it is. */
  take(nowMs: number): LaneTurn<Item> {
    const expired: Item[] = [];
    for (const item of this.#inOrder()) {
      this.#remove(item);
      if (nowMs - item.handedOverMs < item.ttlMs) return { next: item, expired };
      expired.push(item);
    }
    return { next: undefined, expired };
  }

  #inOrder(): readonly Item[] {
    return [...(this.#again === undefined ? [] : [this.#again]), ...this.#waiting.values()];
  }

  #remove(item: Item): void {
    if (this.#again === item) this.#again = undefined;
    else this.#waiting.delete(item.subject);
  }

  #makeRoom(): Item | undefined {
    if (this.#waiting.size < this.#maxSubjects) return undefined;
    for (const oldest of this.#waiting.values()) {
      this.#waiting.delete(oldest.subject);
      return oldest;
    }
    return undefined;
  }
}
