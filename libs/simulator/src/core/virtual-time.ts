import type { Clock } from '@beamline/kernel';

interface Appointment {
  readonly atMs: number;
  /** Of two at the same moment, the one made first comes first. */
  readonly order: number;
  readonly run: () => void;
}

const comesFirst = (a: Appointment, b: Appointment): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** A clock that jumps from one appointment to the next: an hour passes in as long as its events take to compute. */
export class VirtualTime implements Clock {
  #nowMs = 0;
  #made = 0;
  /** Binary heap, the earliest on top. */
  readonly #heap: Appointment[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  /** Runs `run` after `delayMs`, at the earliest now. */
  after(delayMs: number, run: () => void): void {
    this.#push({ atMs: this.#nowMs + Math.max(0, delayMs), order: this.#made++, run });
  }

  /** Keeps all appointments before `endMs`, and stops there. */
  runUntil(endMs: number): void {
    for (let first = this.#heap[0]; first && first.atMs < endMs; first = this.#heap[0]) {
      this.#dropFirst();
      this.#nowMs = first.atMs;
      first.run();
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  #push(added: Appointment): void {
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (!parent || comesFirst(parent, added)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = added;
  }

  #dropFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const below = this.#firstOf(2 * index + 1);
      const child = heap[below];
      if (!child || comesFirst(last, child)) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = last;
  }

  #firstOf(left: number): number {
    const [a, b] = [this.#heap[left], this.#heap[left + 1]];
    return a && b && comesFirst(b, a) ? left + 1 : left;
  }
}
