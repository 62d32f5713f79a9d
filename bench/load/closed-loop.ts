/** Sends the n-th request and calls back once, with whether the answer was the right one. */
export type Send = (n: number, done: (ok: boolean) => void) => void;

/** How long and how hard. */
export interface LoadOptions {
  /** Requests kept in flight. */
  readonly inFlight: number;
  /** Length of the window, in milliseconds. Requests still in flight at its end are awaited and not counted. */
  readonly windowMs: number;
}

/** What happened in the window. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Wrong answers, errors and timeouts. A run that has any is not a measurement. */
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Latencies kept for the percentiles; later ones of the same window are counted only. */
const MAX_LATENCIES = 1_000_000;

class Window {
  readonly #latenciesMs = new Float64Array(MAX_LATENCIES);
  #requests = 0;
  #failures = 0;
  readonly #startMs = performance.now();

  constructor(private readonly windowMs: number) {}

  isOver(nowMs: number): boolean {
    return nowMs - this.#startMs >= this.windowMs;
  }

  count(ok: boolean, sentMs: number, nowMs: number): void {
    if (!ok) this.#failures += 1;
    else if (!this.isOver(nowMs)) {
      if (this.#requests < MAX_LATENCIES) this.#latenciesMs[this.#requests] = nowMs - sentMs;
      this.#requests += 1;
    }
  }

  result(): LoadResult {
    const kept = this.#latenciesMs.subarray(0, Math.min(this.#requests, MAX_LATENCIES)).toSorted();
    const at = (q: number): number => kept[Math.floor((kept.length - 1) * q)] ?? Number.NaN;
    return {
      requests: this.#requests,
      seconds: this.windowMs / 1_000,
      failures: this.#failures,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
    };
  }
}

let sequence = 0;

/** Keeps `inFlight` requests going for `windowMs`, each answer sending the next request, and drains what is left. */
export function closedLoop(send: Send, { inFlight, windowMs }: LoadOptions): Promise<LoadResult> {
  return new Promise((resolve) => {
    const window = new Window(windowMs);
    let open = inFlight;
    const next = (): void => {
      const sentMs = performance.now();
      sequence += 1;
      send(sequence, (ok) => {
        const nowMs = performance.now();
        window.count(ok, sentMs, nowMs);
        if (!window.isOver(nowMs)) next();
        else {
          open -= 1;
          if (open === 0) resolve(window.result());
        }
      });
    };
    for (let i = 0; i < inFlight; i += 1) next();
  });
}
