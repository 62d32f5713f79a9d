import type { Criticality } from '@beamline/contracts/core';
import type { CreditMeter } from './credit.js';
import type { EffectiveStatus } from './effective-status.js';
import { LoadWindow } from './load-window.js';
import type { RetryAdvice } from './retry-advice.js';

const SLICE_MS = 200;
/** Slices that are looked back on; longer pauses need not be counted out. */
const MOST_SLICES = 50;

/** Who goes by what was asked for of late. */
interface DemandReaders {
  readonly retries: RetryAdvice;
  readonly status: EffectiveStatus;
  readonly credit: CreditMeter;
}

/** Counts what is asked for and shed, and hands it on in slices of 200 ms. */
export class DemandSlices {
  readonly #readers: DemandReaders;
  readonly #load = new LoadWindow();
  #sinceMs: number;
  #slice = { offered: 0, shed: 0, shedCritical: 0 };
  /** Let in without being asked for: load all the same, but none that could be refused. */
  #bypassed = 0;
  #isWaiting = false;

  constructor(readers: DemandReaders, nowMs: number) {
    this.#readers = readers;
    this.#sinceMs = nowMs;
  }

  noteOffered(): void {
    this.#slice.offered += 1;
  }

  noteBypassed(): void {
    this.#bypassed += 1;
  }

  noteWaiting(): void {
    this.#isWaiting = true;
  }

  noteShed(criticality: Criticality): void {
    this.#slice.shed += 1;
    if (criticality === 'critical') this.#slice.shedCritical += 1;
  }

  /** Offered and shed over the last ten seconds. */
  sum(): { readonly offered: number; readonly refused: number } {
    return this.#load.sum();
  }

  /** Hands on the slices that are over. @returns whether there was one. */
  advance(nowMs: number): boolean {
    const passed = Math.floor((nowMs - this.#sinceMs) / SLICE_MS);
    if (passed < 1) return false;
    const { retries, status, credit } = this.#readers;
    const lengthMs = passed * SLICE_MS;
    const offered = this.#slice.offered + this.#bypassed;
    retries.observe({ offered, lengthMs, isWaiting: this.#isWaiting }, nowMs);
    const slices = Math.min(MOST_SLICES, passed);
    credit.closeSlices(slices, lengthMs);
    for (let n = 0; n < slices; n += 1) {
      this.#load.add(this.#slice);
      status.add(this.#slice, nowMs);
      this.#slice = { offered: 0, shed: 0, shedCritical: 0 };
    }
    this.#bypassed = 0;
    this.#isWaiting = false;
    // What is left over belongs to the next slice: a second of slices is a second.
    this.#sinceMs += lengthMs;
    return true;
  }
}
