/**
 * Lets many take turns, some at a time, in the order they asked. Those who failed last time come after the others and
 * share half of the places, so that however many of them take their time, the others still get through; one place is
 * theirs before all others, so that they get through too.
 */
export class Turns<Who> {
  readonly #max: number;
  readonly #maxFailing: number;
  readonly #sound = new Set<Who>();
  readonly #failing = new Set<Who>();
  readonly #taken = new Map<Who, boolean>();
  #takenByFailing = 0;

  /** @param max Turns at once, 2 or more. */
  constructor(max: number) {
    this.#max = max;
    this.#maxFailing = Math.max(1, Math.floor(max / 2));
  }

  /** Asks for a turn; a second time before it came changes nothing. */
  ask(who: Who, isFailing: boolean): void {
    if (this.#sound.has(who) || this.#failing.has(who) || this.#taken.has(who)) return;
    (isFailing ? this.#failing : this.#sound).add(who);
  }

  /** Who has a turn next, and has it from now on; `undefined` while all places are taken or nobody asks. */
  next(): Who | undefined {
    if (this.#taken.size >= this.#max) return undefined;
    const sound = first(this.#sound);
    const failing = this.#takenByFailing < this.#maxFailing ? first(this.#failing) : undefined;
    if (failing !== undefined && (sound === undefined || this.#takenByFailing === 0)) {
      return this.#give(failing, this.#failing, true);
    }
    return sound === undefined ? undefined : this.#give(sound, this.#sound, false);
  }

  /** Gives a turn back, or takes a wish for one back. */
  done(who: Who): void {
    this.#sound.delete(who);
    this.#failing.delete(who);
    if (this.#taken.get(who) === true) this.#takenByFailing -= 1;
    this.#taken.delete(who);
  }

  #give(who: Who, from: Set<Who>, isFailing: boolean): Who {
    from.delete(who);
    this.#taken.set(who, isFailing);
    if (isFailing) this.#takenByFailing += 1;
    return who;
  }
}

function first<Value>(values: ReadonlySet<Value>): Value | undefined {
  for (const value of values) return value;
  return undefined;
}
