import type { Clock } from '@beamline/kernel';

const LEAST_SAMPLES = 10;
const WINDOW_MS = 1000;

/** Averages round trips over one second and at least ten samples, as the windowed limits of Netflix concurrency-limits do. */
export class SampleWindow {
  readonly #clock: Clock;
  readonly #full: (meanMs: number, mostInflight: number) => void;
  #sumMs = 0;
  #count = 0;
  #mostInflight = 0;
  #endMs = 0;

  constructor(clock: Clock, full: (meanMs: number, mostInflight: number) => void) {
    this.#clock = clock;
    this.#full = full;
  }

  add(roundTripMs: number, inflight: number): void {
    this.#sumMs += roundTripMs;
    this.#count++;
    this.#mostInflight = Math.max(this.#mostInflight, inflight);
    const nowMs = this.#clock.nowMs();
    if (nowMs < this.#endMs) return;
    const [meanMs, most, count] = [this.#sumMs / this.#count, this.#mostInflight, this.#count];
    this.#endMs = nowMs + WINDOW_MS;
    this.#sumMs = this.#count = this.#mostInflight = 0;
    if (count >= LEAST_SAMPLES) this.#full(meanMs, most);
  }
}
