/** The estimate may grow by this part per window. Slowly, since under overload every answer takes long. */
const DRIFT = 0.000_5;
/** Weight of a shorter time. */
const FALL = 0.5;
/** Of the objective: what takes longer cannot be told from a queue. */
const LONGEST_SHARE = 0.55;
/** Answers that make a mean worth looking at; until then windows are taken together. */
const ENOUGH = 10;
/** Answers at most so much slower than the estimate came without a queue … */
const UNQUEUED_RATIO = 1.5;
/** … with this share of the objective as leeway for very short services. */
const UNQUEUED_SHARE = 0.02;
/** What has once run at the same time is believed to be able to; that fades by half in about two minutes. */
const SEEN_FADE = 0.999;
/** The belief is dropped where it would take up this share of the objective. */
const SEEN_SHARE = 0.7;

/**
 * Service time and parallelism as far as the latency of answers tells them, for work that reports neither. The shortest
 * mean latency of late is taken for the service time.
 */
export class InferredService {
  #serviceMs = 0;
  #seenAtOnce = 0;
  #sumMs = 0;
  #count = 0;
  #openedMs: number;

  constructor(nowMs: number) {
    this.#openedMs = nowMs;
  }

  /** 0 until something was answered. */
  get serviceMs(): number {
    if (this.#serviceMs > 0 || this.#count === 0) return this.#serviceMs;
    return this.#sumMs / this.#count;
  }

  /** Time in hand up to which nothing is thought to wait. */
  unqueuedMs(sloMs: number): number {
    return UNQUEUED_RATIO * this.serviceMs + UNQUEUED_SHARE * sloMs;
  }

  /**
   * How many were seen to run at the same time. Without this belief a service that slows down several times would look
   * like a queue, less would be let in, less would be answered, and so on down to nothing.
   */
  seenAtOnce(perMs: number, sloMs: number): number {
    return Math.min(this.#seenAtOnce, SEEN_SHARE * sloMs * perMs);
  }

  record(latencyMs: number): void {
    this.#sumMs += latencyMs;
    this.#count += 1;
  }

  /** To be called when a rate has been taken. */
  closeWindow(nowMs: number, sloMs: number): void {
    if (this.#count < ENOUGH) return;
    const meanMs = this.#sumMs / this.#count;
    this.#learn(meanMs, sloMs);
    this.#seenAtOnce *= SEEN_FADE;
    if (meanMs <= this.unqueuedMs(sloMs)) {
      // Little's law: what was in hand on average.
      this.#seenAtOnce = Math.max(this.#seenAtOnce, this.#sumMs / (nowMs - this.#openedMs));
    }
    this.#sumMs = 0;
    this.#count = 0;
    this.#openedMs = nowMs;
  }

  #learn(meanMs: number, sloMs: number): void {
    if (this.#serviceMs === 0) this.#serviceMs = meanMs;
    else if (meanMs < this.#serviceMs) this.#serviceMs += FALL * (meanMs - this.#serviceMs);
    else this.#serviceMs *= 1 + DRIFT;
    this.#serviceMs = Math.min(this.#serviceMs, LONGEST_SHARE * sloMs);
  }
}
