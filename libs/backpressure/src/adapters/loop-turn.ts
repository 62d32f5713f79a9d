import { type Clock, monotonicClock } from '@beamline/kernel';

/**
 * How long requests waited for the event loop before anybody looked at them. A driver hands over everything that came
 * with one read of a socket in the same turn, one request behind the other, and what comes meanwhile waits in the sockets
 * for the next turn: where each request takes milliseconds of the processor, nobody's queue grows and everybody waits.
 */
export class LoopTurn {
  #startedMs: number | undefined;
  /** Length of the turn before, if anybody asked in it. */
  #beforeMs = 0;

  constructor(private readonly clock: Clock = monotonicClock) {}

  /** Age of the turn since it was first asked for, in milliseconds. @param nowMs Time of the clock, if known. */
  ageMs(nowMs: number = this.clock.nowMs()): number {
    if (this.#startedMs === undefined) {
      this.#startedMs = nowMs;
      setImmediate(this.#end);
    }
    return nowMs - this.#startedMs;
  }

  /**
   * How long what is looked at now has waited, in milliseconds, as far as anybody can tell: what a turn finds in the
   * sockets came at some time during the turn before, half of it ago on average.
   */
  waitMs(nowMs?: number): number {
    return Math.max(this.ageMs(nowMs), this.#beforeMs / 2);
  }

  readonly #end = (): void => {
    this.#beforeMs = this.clock.nowMs() - (this.#startedMs ?? 0);
    this.#startedMs = undefined;
    setImmediate(this.#forget);
  };

  /** Until now the loop has not slept, but looked for what had come: what comes from now on, comes fresh. */
  readonly #forget = (): void => {
    if (this.#startedMs === undefined) this.#beforeMs = 0;
  };
}

/** The turn of this process: there is but one event loop. */
export const loopTurn = new LoopTurn();
