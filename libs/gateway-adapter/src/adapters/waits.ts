/** A wait that has begun. */
export interface Wait {
  /** True when its time has passed; false when it was ended before, or was one too many. */
  readonly over: Promise<boolean>;
  /** Ends it now. Harmless when it is over. */
  end(): void;
}

const ONE_TOO_MANY: Wait = { over: Promise.resolve(false), end: ignore };

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
    const wait = new TimedWait(ms, () => this.#waits.delete(wait));
    this.#waits.add(wait);
    return wait;
  }

  /** Ends all of them, and begins no more. */
  end(): void {
    this.#ended = true;
    for (const wait of this.#waits) wait.end();
  }
}

class TimedWait implements Wait {
  readonly over: Promise<boolean>;
  #finish: (hasPassed: boolean) => void = ignore;

  constructor(ms: number, onOver: () => void) {
    this.over = new Promise((resolve) => {
      const timer = setTimeout(() => this.#finish(true), ms);
      this.#finish = (hasPassed) => {
        clearTimeout(timer);
        onOver();
        resolve(hasPassed);
      };
    });
  }

  end(): void {
    this.#finish(false);
  }
}

function ignore(): void {}
