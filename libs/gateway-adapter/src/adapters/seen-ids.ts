/**
 * Ids that came already, each until it could not be taken for fresh any more. At most `capacity`: at the bound the
 * oldest is forgotten, so that new ones are still told apart.
 */
export class SeenIds {
  readonly #untilMs = new Map<string, number>();

  constructor(private readonly capacity: number) {}

  /** Ids remembered now. */
  get size(): number {
    return this.#untilMs.size;
  }

  /** Notes an id; false when it was there already. */
  note(id: string, untilMs: number, nowMs: number): boolean {
    this.#forgetOld(nowMs);
    const knownUntilMs = this.#untilMs.get(id);
    if (knownUntilMs !== undefined) {
      // Behind the others, where its new end belongs.
      this.#untilMs.delete(id);
      this.#untilMs.set(id, Math.max(knownUntilMs, untilMs));
      return false;
    }
    if (this.#untilMs.size >= this.capacity) this.#forgetOldest();
    this.#untilMs.set(id, untilMs);
    return true;
  }

  #forgetOld(nowMs: number): void {
    for (const [id, untilMs] of this.#untilMs) {
      if (untilMs > nowMs) return;
      this.#untilMs.delete(id);
    }
  }

  #forgetOldest(): void {
    for (const id of this.#untilMs.keys()) {
      this.#untilMs.delete(id);
      return;
    }
  }
}
