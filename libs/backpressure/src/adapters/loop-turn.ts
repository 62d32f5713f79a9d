import { type Clock, monotonicClock } from '@beamline/kernel';
import { performance } from 'node:perf_hooks';

/** An event loop that slept for less had something to do: to be woken takes a little time even if nothing was awaited. */
const SLEPT_MS = 0.5;

/**
 * How long requests waited for the event loop before anybody looked at them. A driver hands over everything that came
 * with one read of a socket in the same turn, one request behind the other, and what comes meanwhile waits in the sockets
 * for the next turn: where each request takes milliseconds of the processor, nobody's queue grows and everybody waits.
 */
export class LoopTurn {
  #startedMs: number | undefined;
  #sleptMs = 0;
  /** Length of the turn before, if the loop did not sleep after it. */
  #beforeMs = 0;

  /** @param sleptMs How long the event loop has slept since the process began, in milliseconds. */
  constructor(
    private readonly clock: Clock = monotonicClock,
    private readonly sleptMs: () => number = () => performance.nodeTiming.idleTime,
  ) {}

  /** Age of the turn since it was first asked for, in milliseconds. @param nowMs Time of the clock, if known. */
  ageMs(nowMs: number = this.clock.nowMs()): number {
    this.#startedMs ??= this.#begin(nowMs);
    return nowMs - this.#startedMs;
  }

  /**
   * How long what is looked at now has waited, in milliseconds. What a turn finds in the sockets came during the turn
   * before, in that order: the first of it waited for the whole of that turn, the last for the whole of this one.
   */
  waitMs(nowMs?: number): number {
    return Math.max(this.ageMs(nowMs), this.#beforeMs);
  }

  #begin(nowMs: number): number {
    const sleptMs = this.sleptMs();
    if (sleptMs - this.#sleptMs >= SLEPT_MS) this.#beforeMs = 0;
    this.#sleptMs = sleptMs;
    setImmediate(this.#end);
    return nowMs;
  }

  readonly #end = (): void => {
    this.#beforeMs = this.clock.nowMs() - (this.#startedMs ?? 0);
    this.#startedMs = undefined;
  };
}

/** The turn of this process: there is but one event loop. */
export const loopTurn = new LoopTurn();
