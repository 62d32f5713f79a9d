/**
 * Lets acts wait for company: while there are many, they are done together, at most `lingerMs` after the first. Done in
 * the order they came in.
 */
export class Linger {
  readonly #waiting: (() => void)[] = [];

  /** @param lingerMs How long the first waits, in milliseconds. 0: nothing ever waits. */
  constructor(private readonly lingerMs: number) {}

  /** Does it now, or together with others when there are many. */
  act(areMany: boolean, act: () => void): void {
    // Whoever comes after one that waits must not overtake it.
    const mustWait = this.lingerMs > 0 && (areMany || this.#waiting.length > 0);
    if (!mustWait) return act();
    if (this.#waiting.push(act) === 1) setTimeout(() => this.#actTogether(), this.lingerMs);
  }

  #actTogether(): void {
    for (const act of this.#waiting.splice(0)) act();
  }
}
