import type { OverloadStatus } from './overload-status.js';

const SLICES = 5;
const ACTIVE_SHARE = 0.1;

/** What happened in one slice of time. */
export interface ShedSlice {
  readonly offered: number;
  readonly shed: number;
  readonly shedCritical: number;
}

/**
 * What admission does, as a status. `warning`: it has been shedding for a second; `active`: it shed a tenth of the last
 * second, or anything critical. A second without shedding ends both.
 */
export class EffectiveStatus {
  /** The last second, newest last. */
  readonly #slices: ShedSlice[] = [];
  /** Slices since shedding began; a second without any ends the count. */
  #episode = 0;
  /** The same up to the last slice in which something was shed. */
  #lasting = 0;
  #status: OverloadStatus = 'inactive';
  #sinceMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  get status(): OverloadStatus {
    return this.#status;
  }

  /** Whether anything was shed in the last second. */
  get isShedding(): boolean {
    return this.#episode > 0;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Adds a slice of 200 ms that ended at `nowMs`. */
  add(slice: ShedSlice, nowMs: number): void {
    this.#slices.push(slice);
    if (this.#slices.length > SLICES) this.#slices.shift();
    const next = this.#next();
    if (next !== this.#status) {
      this.#status = next;
      this.#sinceMs = nowMs;
    }
  }

  #next(): OverloadStatus {
    const { offered, shed, shedCritical } = this.#lastSecond();
    this.#noteEpisode(shed);
    if (shed === 0) return 'inactive';
    if (shedCritical > 0 || shed >= ACTIVE_SHARE * offered) return 'active';
    const isLasting = this.#status !== 'inactive' || this.#lasting >= SLICES;
    return isLasting ? 'warning' : 'inactive';
  }

  #lastSecond(): ShedSlice {
    const sum = { offered: 0, shed: 0, shedCritical: 0 };
    for (const slice of this.#slices) {
      sum.offered += slice.offered;
      sum.shed += slice.shed;
      sum.shedCritical += slice.shedCritical;
    }
    return sum;
  }

  #noteEpisode(shedOfSecond: number): void {
    this.#episode = shedOfSecond > 0 ? this.#episode + 1 : 0;
    if (shedOfSecond === 0) this.#lasting = 0;
    else if ((this.#slices.at(-1)?.shed ?? 0) > 0) this.#lasting = this.#episode;
  }
}
