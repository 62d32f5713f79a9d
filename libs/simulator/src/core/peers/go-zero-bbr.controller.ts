import type { Completion, ControllerParts, CreateController, PlantLoad } from '../controller.js';
import { clamp, limiting, type Limit } from './limit.js';

const [BUCKET_MS, BUCKETS] = [100, 50];
const [CPU_MS, CPU_DECAY, CPU_MOST] = [250, 0.95, 0.9];
const [FLYING_DECAY, COOL_OFF_MS] = [0.9, 1000];

interface Bucket {
  readonly index: number;
  passed: number;
  sumMs: number;
}

/**
 * The adaptive shedder of go-zero at its defaults: once the smoothed processor load is above 90 %, no more in hand than the best bucket
 * of 100 ms passed times the shortest mean round trip.
 */
export const goZeroBbr: CreateController = limiting((parts) => new BbrLimit(parts));

class BbrLimit implements Limit {
  readonly #parts: ControllerParts;
  #buckets: Bucket[] = [];
  #cpu = 0;
  #nextCpuMs = 0;
  #averageInflight = 0;
  #hotUntilMs = -1;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
  }

  get most(): number {
    if (this.#cpu < CPU_MOST && this.#parts.clock.nowMs() >= this.#hotUntilMs) {
      return Number.POSITIVE_INFINITY;
    }
    const slack = clamp((1 - this.#cpu) / (1 - CPU_MOST), 0.1, 1);
    const most = this.#mostInflight() * slack;
    return this.#averageInflight > most ? most : Number.POSITIVE_INFINITY;
  }

  sample({ roundTripMs }: Completion, _atStart: number, inflightNow: number): void {
    const index = Math.floor(this.#parts.clock.nowMs() / BUCKET_MS);
    let bucket = this.#buckets.at(-1);
    if (bucket?.index !== index) {
      bucket = { index, passed: 0, sumMs: 0 };
      this.#buckets = [...this.#buckets.filter((old) => old.index > index - BUCKETS), bucket];
    }
    bucket.passed++;
    bucket.sumMs += Math.ceil(roundTripMs);
    this.#averageInflight = FLYING_DECAY * this.#averageInflight + (1 - FLYING_DECAY) * inflightNow;
  }

  tick({ utilisation }: PlantLoad): void {
    const nowMs = this.#parts.clock.nowMs();
    if (nowMs < this.#nextCpuMs) return;
    this.#nextCpuMs = nowMs + CPU_MS;
    this.#cpu = CPU_DECAY * this.#cpu + (1 - CPU_DECAY) * utilisation;
    if (this.#cpu >= CPU_MOST) this.#hotUntilMs = nowMs + COOL_OFF_MS;
  }

  #mostInflight(): number {
    const current = this.#buckets.at(-1)?.index;
    const past = this.#buckets.filter(({ index }) => index !== current);
    const passed = Math.max(1, ...past.map((bucket) => bucket.passed));
    const shortestMs = Math.min(
      1000,
      ...past.map((bucket) => Math.round(bucket.sumMs / bucket.passed)),
    );
    return Math.max(1, (passed * shortestMs) / BUCKET_MS);
  }
}
