import { CRITICALITIES, type Criticality } from '@beamline/contracts/core';

/** A pause in refusals of this length ends an episode of overload. */
const EPISODE_PAUSE_MS = 3_000;
/** So long without waits or refusals means that the appointments given are not needed any more. */
const RECOVERED_AFTER_MS = 2_000;
const SOONEST_MS = 1_000;
/** Share of the capacity thought to be spare that is promised to those who come back. */
const PROMISED_SHARE = 0.8;
const LEAST_SPARE = 0.05;
/** Spare capacity assumed until the load before an overload is known. */
const ASSUMED_SPARE = 0.3;
const JITTER = 0.1;
/** Time constants of the offered load before an episode: the greater of both means counts. */
const LONG_MEMORY_MS = 60_000;
const SHORT_MEMORY_MS = 10_000;
/** Load that was watched for less than this is not known. */
const LOAD_KNOWN_AFTER_MS = 5_000;

/** When to come back. */
export interface RetryAppointment {
  readonly retryAfterMs: number;
  readonly retryable: boolean;
}

/** What an appointment depends on. */
export interface RetryQuestion {
  readonly nowMs: number;
  /** What can be delivered; more than 0. */
  readonly capacityPerMs: number;
  /** Latest appointment, from now. */
  readonly capMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

interface Queue {
  /** Time of the last appointment given. */
  lastMs: number;
  refused: number;
}

/**
 * Gives every refused caller an appointment of its own, as far away as the spare capacity after the overload can serve
 * it. A constant Retry-After brings all callers back at once: an echo as tall as the overload. The first appointments
 * are as far away as the overload is old, since what has lasted a while will last about as long again.
 */
export class RetrySlots {
  readonly #queues = new Map<Criticality, Queue>();
  #episodeStartMs = -Infinity;
  #lastRefusalMs = -Infinity;
  #quietSinceMs: number;
  #longLoadPerMs = 0;
  #shortLoadPerMs = 0;
  #loadKnownMs = 0;

  constructor(nowMs: number) {
    this.#quietSinceMs = nowMs;
    for (const criticality of CRITICALITIES) {
      this.#queues.set(criticality, { lastMs: nowMs, refused: 0 });
    }
  }

  /** Notes a span of time: what was offered in it, and whether anything had to wait. */
  observe(span: { offered: number; lengthMs: number; isWaiting: boolean }, nowMs: number): void {
    if (span.isWaiting) this.#quietSinceMs = nowMs;
    if (nowMs - Math.max(this.#quietSinceMs, this.#lastRefusalMs) >= RECOVERED_AFTER_MS) {
      for (const queue of this.#queues.values()) queue.lastMs = nowMs;
    }
    if (nowMs - this.#lastRefusalMs >= EPISODE_PAUSE_MS) this.#learnLoad(span);
  }

  appoint(criticality: Criticality, asked: RetryQuestion): RetryAppointment {
    const { nowMs, capacityPerMs, capMs, random } = asked;
    if (nowMs - this.#lastRefusalMs >= EPISODE_PAUSE_MS) this.#beginEpisode(nowMs);
    this.#lastRefusalMs = nowMs;
    const queue = this.#queues.get(criticality);
    if (queue === undefined) throw new RangeError(`no class ${criticality}`);
    queue.refused += 1;

    const earliestMs = nowMs + Math.max(SOONEST_MS, nowMs - this.#episodeStartMs);
    const slotMs = 1 / (capacityPerMs * this.#spare(capacityPerMs) * this.#part(queue));
    const delayMs = Math.max(queue.lastMs, earliestMs) + slotMs - nowMs;
    if (delayMs <= capMs) {
      queue.lastMs = nowMs + delayMs;
      return { retryAfterMs: jittered(delayMs, asked), retryable: true };
    }
    // Nobody holds a place beyond the cap, so the calendar does not grow there.
    queue.lastMs = Math.min(Math.max(queue.lastMs, nowMs), nowMs + capMs);
    const spreadMs = capMs * (1 - 0.5 * random());
    return { retryAfterMs: jittered(spreadMs, asked), retryable: criticality !== 'sheddable' };
  }

  #beginEpisode(nowMs: number): void {
    this.#episodeStartMs = nowMs;
    for (const queue of this.#queues.values()) queue.refused = 0;
  }

  /**
   * Share of the capacity that is promised to those who come back. Who had been idle for a while when the load came has a
   * low mean over the minute and a high one over the last seconds: the higher one promises less, and an appointment that
   * comes late costs less than one that cannot be kept.
   */
  #spare(capacityPerMs: number): number {
    if (this.#loadKnownMs < LOAD_KNOWN_AFTER_MS) return ASSUMED_SPARE;
    const loadPerMs = Math.max(this.#longLoadPerMs, this.#shortLoadPerMs);
    return Math.max(LEAST_SPARE, PROMISED_SHARE * (1 - loadPerMs / capacityPerMs));
  }

  /** The classes share the spare capacity as they share the refusals: each for itself would promise it three times. */
  #part(queue: Queue): number {
    let all = 0;
    for (const { refused } of this.#queues.values()) all += refused;
    return queue.refused / all;
  }

  #learnLoad({ offered, lengthMs }: { offered: number; lengthMs: number }): void {
    this.#loadKnownMs += lengthMs;
    const perMs = offered / lengthMs;
    const weightOver = (memoryMs: number): number =>
      Math.min(1, lengthMs / Math.min(memoryMs, this.#loadKnownMs));
    this.#longLoadPerMs += weightOver(LONG_MEMORY_MS) * (perMs - this.#longLoadPerMs);
    this.#shortLoadPerMs += weightOver(SHORT_MEMORY_MS) * (perMs - this.#shortLoadPerMs);
  }
}

/** What would come after the cap comes as much before it: all at the cap would be an echo of its own. */
function jittered(delayMs: number, { capMs, random }: RetryQuestion): number {
  const jitteredMs = delayMs * (1 - JITTER + 2 * JITTER * random());
  return jitteredMs <= capMs ? jitteredMs : 2 * capMs - jitteredMs;
}
