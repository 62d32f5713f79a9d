import type { Completion, ControllerParts } from '../controller.js';
import type { Random } from '../random.js';
import { clamp, limiting, type Limit } from './limit.js';
import { SampleWindow } from './sample-window.js';

const INITIAL = 20;
const MOST = 1000;
const PROBE_MULTIPLIER = 30;

/** Vegas as in Netflix concurrency-limits at its defaults: the queue is read from the round trip against the shortest one seen. */
export const vegas = limiting((parts) => new VegasLimit(parts));

class VegasLimit implements Limit {
  most = INITIAL;
  readonly #random: Random;
  readonly #window: SampleWindow;
  #shortestMs = Number.POSITIVE_INFINITY;
  #windows = 0;
  #jitter: number;

  constructor({ clock, random }: ControllerParts) {
    this.#random = random;
    this.#jitter = this.#draw();
    this.#window = new SampleWindow(clock, (meanMs, inflight) => this.#update(meanMs, inflight));
  }

  sample({ roundTripMs }: Completion, inflightAtStart: number): void {
    this.#window.add(roundTripMs, inflightAtStart);
  }

  /** Share of the probe interval, so that replicas do not probe together: 0.5 to 1. */
  #draw(): number {
    return 0.5 + 0.5 * this.#random();
  }

  #update(meanMs: number, inflight: number): void {
    this.#windows++;
    if (this.#windows >= this.#jitter * PROBE_MULTIPLIER * this.most) {
      this.#windows = 0;
      this.#jitter = this.#draw();
      this.#shortestMs = meanMs;
    } else if (meanMs < this.#shortestMs) {
      this.#shortestMs = meanMs;
    } else if (inflight * 2 >= this.most) {
      this.most = clamp(this.#next(meanMs), 1, MOST);
    }
  }

  #next(meanMs: number): number {
    const step = Math.max(1, Math.floor(Math.log10(this.most)));
    const queue = Math.ceil(this.most * (1 - this.#shortestMs / meanMs));
    if (queue <= step) return this.most + 6 * step;
    if (queue < 3 * step) return this.most + step;
    return queue > 6 * step ? this.most - step : this.most;
  }
}
