/** Events of two kinds over the last seconds. Seconds are forgotten whole, so counting is one addition and memory is fixed. */
export class CountWindow {
  readonly #seconds: number;
  readonly #all: Uint32Array;
  readonly #some: Uint32Array;
  #second = 0;
  #sumOfAll = 0;
  #sumOfSome = 0;

  /** `seconds`: how long events count; default 10. */
  constructor(seconds = 10) {
    this.#seconds = seconds;
    this.#all = new Uint32Array(seconds);
    this.#some = new Uint32Array(seconds);
  }

  get all(): number {
    return this.#sumOfAll;
  }

  /** Those of `all` that were counted as special. */
  get some(): number {
    return this.#sumOfSome;
  }

  add(isSpecial: boolean): void {
    const at = this.#second % this.#seconds;
    this.#all[at] = (this.#all[at] ?? 0) + 1;
    this.#sumOfAll += 1;
    if (!isSpecial) return;
    this.#some[at] = (this.#some[at] ?? 0) + 1;
    this.#sumOfSome += 1;
  }

  /** Forgets what is too old. `nowMs` must not go back. */
  advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second === this.#second) return;
    const passed = Math.min(this.#seconds, second - this.#second);
    for (let back = 0; back < passed; back += 1) this.#forget((second - back) % this.#seconds);
    this.#second = second;
  }

  #forget(at: number): void {
    this.#sumOfAll -= this.#all[at] ?? 0;
    this.#sumOfSome -= this.#some[at] ?? 0;
    this.#all[at] = 0;
    this.#some[at] = 0;
  }
}
