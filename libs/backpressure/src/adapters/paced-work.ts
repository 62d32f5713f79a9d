import { type Clock, monotonicClock } from '@beamline/kernel';
import { AsyncResource } from 'node:async_hooks';
import { type LoopTurn, loopTurn } from './loop-turn.js';

/** So many begun ones are forgotten at once. */
const MOST_BEGUN = 256;

/** Work of one turn of the event loop, in milliseconds. Long enough for hundreds of requests as they usually are. */
const TURN_MS = 5;

interface Waiting {
  readonly begin: () => void;
  readonly sinceMs: number;
}

/**
 * Begins work while the running turn of the event loop is young, and in later turns when it is not, in the order in
 * which it came. One read of a socket brings hundreds of requests: where each takes milliseconds of the processor, doing
 * them all in one go would keep everything else waiting for seconds: refusals, connections that nobody accepts (Node
 * takes one per turn), and the news of the overload. What waits here holds a permit each, so that admission counts it,
 * and bounds it.
 */
export class PacedWork {
  readonly #waiting: Waiting[] = [];
  #next = 0;
  /** Something was begun whose first steps may still be ahead: nobody knows yet how long they take. */
  #isBeginning = false;

  constructor(
    private readonly turn: Pick<LoopTurn, 'ageMs'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Does work that is done in one go, at once or in a later turn, and hands on what comes of it.
   * @param nowMs Monotonic; the work is told when it began by the same clock.
   */
  run<T>(nowMs: number, work: (begunMs: number) => T | Promise<T>): T | Promise<T> {
    if (this.#isDue(nowMs)) return work(nowMs);
    return new Promise((resolve, reject) => {
      this.#enqueue(() => {
        try {
          resolve(work(this.clock.nowMs()));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /**
   * Begins work that goes on by itself, at once or when its turn comes, with the async context of its caller. Unlike with
   * {@link run} its steps need not be done when `begin` returns.
   * @param begin Must not throw.
   */
  begin(begin: () => void): void {
    if (this.#isBeginning || !this.#isDue(this.clock.nowMs())) return this.#enqueue(begin);
    this.#isBeginning = true;
    queueMicrotask(this.#afterSteps);
    begin();
  }

  /** How long the next to begin has waited, in milliseconds: whoever comes now waits behind it. */
  waitMs(): number {
    const next = this.#waiting[this.#next];
    return next === undefined ? 0 : this.clock.nowMs() - next.sinceMs;
  }

  #isDue(nowMs: number): boolean {
    return this.#waiting.length === 0 && this.turn.ageMs(nowMs) < TURN_MS;
  }

  #enqueue(begin: () => void): void {
    this.#waiting.push({ begin: AsyncResource.bind(begin), sinceMs: this.clock.nowMs() });
    if (this.#waiting.length === 1 && !this.#isBeginning) setImmediate(this.#beginNext);
  }

  readonly #beginNext = (): void => {
    this.#isBeginning = true;
    // A turn counts from the first question: what is begun now is part of it.
    this.turn.ageMs();
    queueMicrotask(this.#afterSteps);
    const next = this.#waiting[this.#next];
    this.#next += 1;
    if (this.#next >= Math.min(MOST_BEGUN, this.#waiting.length)) {
      this.#waiting.splice(0, this.#next);
      this.#next = 0;
    }
    next?.begin();
  };

  /** A tick comes when no microtask is left, however many followed one another. */
  readonly #afterSteps = (): void => process.nextTick(this.#goOn);

  readonly #goOn = (): void => {
    this.#isBeginning = false;
    if (this.#waiting.length === 0) return;
    if (this.turn.ageMs() < TURN_MS) this.#beginNext();
    else setImmediate(this.#beginNext);
  };
}

/** The pace of this process: there is but one event loop. */
export const pacedWork = new PacedWork(loopTurn, monotonicClock);
