import { Fifo } from './fifo.js';
import type { VirtualTime } from './virtual-time.js';

/** A piece of work. Its callbacks run at the virtual time they tell of. */
export interface Job {
  /** At normal speed, in milliseconds. */
  readonly serviceMs: number;
  /** Asked when a slot is free; `false`: it is dropped. */
  keep(queueMs: number): boolean;
  dropped(): void;
  done(work: { readonly serviceMs: number; readonly queueMs: number }): void;
}

/** Longest that one piece of chores keeps a slot, in milliseconds. */
const CHORE_MS = 20;

/**
 * So many slots behind one queue, first in, first out. Work that nobody waits for any more is done all the same, which is the worst
 * case for whoever lets too much in.
 */
export class Plant {
  readonly #time: VirtualTime;
  readonly #slots: number;
  readonly #slowdown: () => number;
  readonly #queue = new Fifo<{ readonly job: Job; readonly sinceMs: number }>();
  #busy = 0;
  #choresMs = 0;

  /** `slowdown` tells how many times as long work takes that starts now. */
  constructor(time: VirtualTime, slots: number, slowdown: () => number) {
    this.#time = time;
    this.#slots = slots;
    this.#slowdown = slowdown;
  }

  /** Jobs that wait for a slot. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Share of the processor that is in use: what is slow downstream does not use it. */
  get utilisation(): number {
    return this.#busy / this.#slots / this.#slowdown();
  }

  submit(job: Job): void {
    this.#queue.push({ job, sinceMs: this.#time.nowMs() });
    this.#fill();
  }

  /** Slot time to be spent on something else before the next job. */
  addChores(ms: number): void {
    this.#choresMs += ms;
  }

  #fill(): void {
    while (this.#busy < this.#slots && this.#queue.size > 0) {
      if (this.#choresMs > 0) this.#doChores();
      else this.#startNext();
    }
  }

  #doChores(): void {
    const takesMs = Math.min(this.#choresMs, CHORE_MS);
    this.#choresMs -= takesMs;
    this.#occupy(takesMs, () => undefined);
  }

  #startNext(): void {
    const next = this.#queue.shift();
    if (!next) return;
    const { job, sinceMs } = next;
    const queueMs = this.#time.nowMs() - sinceMs;
    if (!job.keep(queueMs)) return job.dropped();
    const serviceMs = job.serviceMs * this.#slowdown();
    this.#occupy(serviceMs, () => job.done({ serviceMs, queueMs }));
  }

  #occupy(ms: number, then: () => void): void {
    this.#busy++;
    this.#time.after(ms, () => {
      this.#busy--;
      then();
      this.#fill();
    });
  }
}
