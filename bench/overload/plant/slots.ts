/** What one piece of work took, in milliseconds. */
export interface WorkDone {
  readonly serviceMs: number;
  readonly queueMs: number;
}

interface Waiting {
  readonly factor: number;
  readonly sinceMs: number;
  readonly done: (done: WorkDone | undefined) => void;
}

/** Whatever does the work behind a handler. */
export interface Backend {
  /** One piece of work. @param factor Times as much as usual. */
  work(factor: number): Promise<WorkDone>;
  /** From now on everything that starts takes `factor` times as long. */
  slow(factor: number): void;
  /** Forgets what waits and resolves when nothing runs. */
  reset(): Promise<void>;
}

/** Said to work that was waiting when the plant was reset. */
const forgotten = (): Error => new Error('the plant was reset');

/**
 * A dependency with a number of slots and one queue, first come, first served, without a bound: the queue that overload
 * builds up. Work whose caller has gone is done all the same, as a database would.
 */
export class Slots implements Backend {
  #running = 0;
  #slowdown = 1;
  #queue: Waiting[] = [];
  #head = 0;
  #onIdle: (() => void) | undefined;

  constructor(
    private readonly slots: number,
    /** Next service time, in milliseconds. */
    private readonly serviceMs: () => number,
  ) {}

  work(factor: number): Promise<WorkDone> {
    return new Promise((resolve, reject) => {
      const done = (report: WorkDone | undefined): void =>
        report === undefined ? reject(forgotten()) : resolve(report);
      const waiting: Waiting = { factor, sinceMs: performance.now(), done };
      if (this.#running < this.slots) this.#start(waiting);
      else this.#queue.push(waiting);
    });
  }

  slow(factor: number): void {
    this.#slowdown = factor;
  }

  async reset(): Promise<void> {
    this.#slowdown = 1;
    const waiting = this.#queue.slice(this.#head);
    this.#queue = [];
    this.#head = 0;
    for (const { done } of waiting) done(undefined);
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #start({ factor, sinceMs, done }: Waiting): void {
    this.#running += 1;
    const startedMs = performance.now();
    setTimeout(
      () => {
        const nowMs = performance.now();
        this.#next();
        done({ serviceMs: nowMs - startedMs, queueMs: startedMs - sinceMs });
      },
      this.serviceMs() * factor * this.#slowdown,
    );
  }

  #next(): void {
    this.#running -= 1;
    const next = this.#queue[this.#head];
    if (next !== undefined) {
      this.#head += 1;
      this.#start(next);
      if (this.#head > 10_000) this.#forgetServed();
    }
    if (this.#running === 0) {
      this.#onIdle?.();
      this.#onIdle = undefined;
    }
  }

  #forgetServed(): void {
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }
}

/** Work that keeps the processor busy: its queue is that of the event loop. */
export class Processor implements Backend {
  #slowdown = 1;

  constructor(private readonly serviceMs: () => number) {}

  work(factor: number): Promise<WorkDone> {
    const startedMs = performance.now();
    const untilMs = startedMs + this.serviceMs() * factor * this.#slowdown;
    let nowMs = startedMs;
    while (nowMs < untilMs) nowMs = performance.now();
    return Promise.resolve({ serviceMs: nowMs - startedMs, queueMs: 0 });
  }

  slow(factor: number): void {
    this.#slowdown = factor;
  }

  reset(): Promise<void> {
    this.#slowdown = 1;
    return Promise.resolve();
  }
}
