import { monotonicClock } from '@beamline/kernel';

/**
 * How long the running turn of the event loop lasts so far. A driver hands over everything that came with one read of a
 * socket in the same turn, one request behind the other; where each of them takes milliseconds of the processor, the last
 * has waited for all others, and no timer could have told.
 */
export class LoopTurn {
  #startedMs: number | undefined;

  /** Age of the turn since it was first asked for, in milliseconds. @param nowMs Time of {@link monotonicClock}. */
  ageMs(nowMs: number = monotonicClock.nowMs()): number {
    if (this.#startedMs === undefined) {
      this.#startedMs = nowMs;
      setImmediate(this.#end);
    }
    return nowMs - this.#startedMs;
  }

  readonly #end = (): void => {
    this.#startedMs = undefined;
  };
}

/** The turn of this process: there is but one event loop. */
export const loopTurn = new LoopTurn();
