import type { ShedSlice } from './effective-status.js';

const SLICES = 50;

/** Offered and refused in the last 50 slices. */
export class LoadWindow {
  readonly #offered = new Uint32Array(SLICES);
  readonly #refused = new Uint32Array(SLICES);
  #next = 0;

  add({ offered, shed }: ShedSlice): void {
    this.#offered[this.#next] = offered;
    this.#refused[this.#next] = shed;
    this.#next = (this.#next + 1) % SLICES;
  }

  sum(): { offered: number; refused: number } {
    return { offered: this.#offered.reduce(plus, 0), refused: this.#refused.reduce(plus, 0) };
  }
}

function plus(sum: number, count: number): number {
  return sum + count;
}
