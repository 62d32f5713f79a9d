import type {
  Completion,
  Controller,
  CreateController,
  ControllerParts,
  PlantLoad,
} from '../controller.js';

/** Most requests in hand, learnt from how work ends. What most limiters are. */
export interface Limit {
  readonly most: number;
  /** Work ended; so many were in hand when it was let in, and are now. */
  sample(completion: Completion, inflightAtStart: number, inflightNow: number): void;
  tick?(load: PlantLoad): void;
  keep?(queueMs: number): boolean;
}

/** Lets in while less is in hand than a limit allows; callers are not told when to come back. */
export function limiting(create: (parts: ControllerParts) => Limit): CreateController {
  return (parts) => new LimitController(create(parts));
}

class LimitController implements Controller {
  readonly #limit: Limit;
  #inflight = 0;

  constructor(limit: Limit) {
    this.#limit = limit;
  }

  admit(): ReturnType<Controller['admit']> {
    if (this.#inflight >= this.#limit.most) {
      return { admitted: false, retryAfterMs: undefined, retryable: true };
    }
    const atStart = ++this.#inflight;
    return { admitted: true, settle: (completion) => this.#settle(completion, atStart) };
  }

  tick(load: PlantLoad): void {
    this.#limit.tick?.(load);
  }

  keep(queueMs: number): boolean {
    return this.#limit.keep?.(queueMs) ?? true;
  }

  #settle(completion: Completion | undefined, atStart: number): void {
    this.#inflight--;
    if (completion) this.#limit.sample(completion, atStart, this.#inflight);
  }
}

export const clamp = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(most, value));
