import type { LoopTurn } from '@beamline/backpressure';
import type { Clock } from '@beamline/kernel';

/** So many done ones are forgotten at once. */
const MOST_DONE = 256;

/** Work of one turn of the event loop, in milliseconds. Long enough for hundreds of decisions as they usually are. */
const TURN_MS = 5;

/**
 * Does work at once while the running turn of the event loop is young, and in later turns when it is not, in the order in
 * which it came. One read of a socket brings hundreds of requests: where a decision takes milliseconds, doing them all
 * in one go would keep everything else waiting for seconds, the refusals and the news of the overload among it. What
 * waits here holds a permit each, so admission counts it, and bounds it.
 */
export class PacedWork {
  readonly #waiting: (() => void)[] = [];
  #next = 0;

  constructor(
    private readonly turn: Pick<LoopTurn, 'ageMs'>,
    private readonly clock: Clock,
  ) {}

  /** Whether work may be done at once. @param nowMs Monotonic. */
  isDue(nowMs: number): boolean {
    return this.#waiting.length === 0 && this.turn.ageMs(nowMs) < TURN_MS;
  }

  /** Does work in a later turn. */
  later<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#waiting.length === 0) setImmediate(this.#work);
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  readonly #work = (): void => {
    const endMs = this.clock.nowMs() + TURN_MS;
    do {
      this.#waiting[this.#next]?.();
      this.#next += 1;
    } while (this.#next < this.#waiting.length && this.clock.nowMs() < endMs);
    if (this.#next >= Math.min(MOST_DONE, this.#waiting.length)) {
      this.#waiting.splice(0, this.#next);
      this.#next = 0;
    }
    if (this.#waiting.length > 0) setImmediate(this.#work);
  };
}
