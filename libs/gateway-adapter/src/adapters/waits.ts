/** A wait that has begun. */
export interface Wait {
  /** True when its time has passed; false when it was ended before, or was one too many. */
  readonly over: Promise<boolean>;
  /** Ends it now. Harmless when it is over. */
  end(): void;
}

const ONE_TOO_MANY: Wait = { over: Promise.resolve(false), end: () => undefined };

/** Waits of requests: at most `capacity` at one time, and all ended at once when the gateway stops. */
export class Waits {
  readonly #waits = new Set<Wait>();
  #ended = false;

  constructor(private readonly capacity: number) {}

  /** Waits that are not over. */
  get size(): number {
    return this.#waits.size;
  }

  /** Begins a wait of so many milliseconds. */
  begin(ms: number): Wait {
    if (this.#ended || this.#waits.size >= this.capacity) return ONE_TOO_MANY;
    let settle: (hasPassed: boolean) => void = () => undefined;
    const over = new Promise<boolean>((resolve) => (settle = resolve));
    const finish = (hasPassed: boolean): void => {
      clearTimeout(timer);
      this.#waits.delete(wait);
      settle(hasPassed);
    };
    const timer = setTimeout(() => finish(true), ms);
    const wait: Wait = { over, end: () => finish(false) };
    this.#waits.add(wait);
    return wait;
  }

  /** Ends all of them, and begins no more. */
  end(): void {
    this.#ended = true;
    for (const wait of this.#waits) wait.end();
  }
}
