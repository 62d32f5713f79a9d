import type { Attempts } from './load-messages.js';

/** Writes down every attempt. Grows by doubling up to `most` attempts; what comes after is not sent any more. */
export class Ledger {
  #size = 0;
  #intendedMs: Float64Array;
  #endMs: Float64Array;
  #ending: Uint8Array;
  #attempt: Uint8Array;
  #request: Uint32Array;
  #lagMs: Float32Array;

  constructor(readonly most: number) {
    this.#intendedMs = new Float64Array(most);
    this.#endMs = new Float64Array(most);
    this.#ending = new Uint8Array(most);
    this.#attempt = new Uint8Array(most);
    this.#request = new Uint32Array(most);
    this.#lagMs = new Float32Array(most);
  }

  get isFull(): boolean {
    return this.#size === this.most;
  }

  /** Notes that an attempt is sent now. @returns its number. */
  sent(about: {
    readonly request: number;
    readonly attempt: number;
    readonly intendedMs: number;
    readonly nowMs: number;
  }): number {
    const number = this.#size;
    this.#size += 1;
    this.#intendedMs[number] = about.intendedMs;
    this.#attempt[number] = about.attempt;
    this.#request[number] = about.request;
    this.#lagMs[number] = about.nowMs - about.intendedMs;
    return number;
  }

  ended(number: number, ending: number, nowMs: number): void {
    this.#ending[number] = ending;
    this.#endMs[number] = nowMs;
  }

  attempts(): Attempts {
    const size = this.#size;
    return {
      intendedMs: this.#intendedMs.slice(0, size),
      endMs: this.#endMs.slice(0, size),
      ending: this.#ending.slice(0, size),
      attempt: this.#attempt.slice(0, size),
      request: this.#request.slice(0, size),
    };
  }

  lagP99Ms(): number {
    const lags = this.#lagMs.subarray(0, this.#size).toSorted();
    return lags[Math.floor((lags.length - 1) * 0.99)] ?? 0;
  }
}
