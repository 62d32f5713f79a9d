import type { Completion, ControllerParts } from '../controller.js';
import { clamp, limiting, type Limit } from './limit.js';
import { SampleWindow } from './sample-window.js';

const [LEAST, MOST, QUEUE] = [20, 200, 4];
const [TOLERANCE, SMOOTHING] = [1.5, 0.2];
const [WARM_UP, LONG_WINDOW] = [10, 600];

/** Gradient2 as in Netflix concurrency-limits at its defaults: the short round trip against a long average of it. */
export const gradient2 = limiting((parts) => new Gradient2Limit(parts));

class Gradient2Limit implements Limit {
  readonly #window: SampleWindow;
  #limit = LEAST;
  #longMs = 0;
  #count = 0;

  constructor({ clock }: ControllerParts) {
    this.#window = new SampleWindow(clock, (meanMs, inflight) => this.#update(meanMs, inflight));
  }

  get most(): number {
    return Math.floor(this.#limit);
  }

  sample({ roundTripMs }: Completion, inflightAtStart: number): void {
    this.#window.add(roundTripMs, inflightAtStart);
  }

  #update(shortMs: number, inflight: number): void {
    this.#count++;
    const weight = this.#count <= WARM_UP ? 1 / this.#count : 2 / (LONG_WINDOW + 1);
    this.#longMs += weight * (shortMs - this.#longMs);
    if (this.#longMs / shortMs > 2) this.#longMs *= 0.95;
    if (inflight < this.#limit / 2) return;
    const gradient = clamp((TOLERANCE * this.#longMs) / shortMs, 0.5, 1);
    const wanted = this.#limit * gradient + QUEUE;
    this.#limit = clamp(this.#limit * (1 - SMOOTHING) + wanted * SMOOTHING, LEAST, MOST);
  }
}
