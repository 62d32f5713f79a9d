/** So many have to have waited before their word counts. */
const ENOUGH_WITNESSES = 10;

/**
 * How fast work goes away, by those who had to wait for it: who found so many in hand, and was served so much later, has
 * seen as many served in that time (Little's law, for each of them). They know it long before a rate can be counted, but
 * a pause of the process makes witnesses as well, so that they are believed for as long as nothing better is known.
 */
export class WaitWitness {
  #ahead = 0;
  #sojournMs = 0;
  #count = 0;
  #lastPerMs: number | undefined;

  /** Completions per millisecond; `undefined`: too few have waited in this window and the one before. */
  get perMs(): number | undefined {
    return this.#count < ENOUGH_WITNESSES ? this.#lastPerMs : this.#ahead / this.#sojournMs;
  }

  /**
   * Takes one that has waited.
   * @param ahead In hand when it was let in, itself included.
   * @param sojournMs From then until work that takes as long as usual would have been done.
   */
  record(ahead: number, sojournMs: number): void {
    if (!(sojournMs > 0)) return;
    this.#ahead += ahead;
    this.#sojournMs += sojournMs;
    this.#count += 1;
  }

  closeWindow(): void {
    this.#lastPerMs = this.#count < ENOUGH_WITNESSES ? undefined : this.#ahead / this.#sojournMs;
    this.#ahead = 0;
    this.#sojournMs = 0;
    this.#count = 0;
  }
}
