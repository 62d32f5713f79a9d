import type { SettleOutcome } from './gateway-admission-types.js';
import type { RouterAnswer, RouterUnavailable } from './router-answer.js';

/** How often and how long a request is repeated. */
export interface RetryPolicy {
  /** Repeats of one request at most. */
  readonly maxRetries: number;
  /** Longest wait before a repeat, in milliseconds; who shall come back later than that is told so. */
  readonly maxWaitMs: number;
  /** Time that must be left to a repeat for its answer, in milliseconds. */
  readonly leastLeftMs: number;
}

/** What is known when an answer may be repeated. */
export interface RetryState {
  /** Repeats that were sent already. */
  readonly retries: number;
  /** Time until the caller gives up, in milliseconds. */
  readonly leftMs: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/** A repeat that makes sense. */
export interface PlannedRetry {
  /** In milliseconds from the answer. */
  readonly delayMs: number;
  /** The router named the time: coming then is what it wants. */
  readonly isSlot: boolean;
}

/** First backoff, in milliseconds; it doubles with each repeat (contract 1.6). */
const BASE_BACKOFF_MS = 100;

/** Nobody has begun the request: sending it again does nothing twice. */
const NOT_BEGUN: ReadonlySet<RouterUnavailable> = new Set(['no_responders', 'disconnected']);

/**
 * When to repeat a request after this answer; `undefined`: not at all. A refusal for load is repeated at the time it
 * names, and never without one. Where nobody was there, backoff is exponential with full jitter. A request that timed out
 * is not repeated: the router may be at work on it, and more work is what it has too much of.
 */
export function planRetry(
  answer: RouterAnswer,
  { maxRetries, maxWaitMs, leastLeftMs }: RetryPolicy,
  { retries, leftMs, random }: RetryState,
): PlannedRetry | undefined {
  if (retries >= maxRetries) return undefined;
  const planned = delayOf(answer, BASE_BACKOFF_MS * 2 ** retries * random);
  if (planned === undefined || planned.delayMs > maxWaitMs) return undefined;
  return planned.delayMs + leastLeftMs <= leftMs ? planned : undefined;
}

function delayOf(answer: RouterAnswer, backoffMs: number): PlannedRetry | undefined {
  if (answer.kind === 'decided') return undefined;
  if (answer.kind === 'unavailable') {
    return NOT_BEGUN.has(answer.reason) ? { delayMs: backoffMs, isSlot: false } : undefined;
  }
  const { code, retryable, retryAfterMs } = answer.error;
  if (retryable === false) return undefined;
  if (code === 'service_overloaded') {
    return retryAfterMs === undefined ? undefined : { delayMs: retryAfterMs, isSlot: true };
  }
  return code === 'unavailable' ? { delayMs: retryAfterMs ?? backoffMs, isSlot: false } : undefined;
}

/** Reasons that lie with the gateway itself: they say nothing of the router. */
const OWN: ReadonlySet<RouterUnavailable> = new Set([
  'in_flight_limit',
  'request_too_large',
  'closed',
]);
const NOBODY_THERE: ReadonlySet<RouterUnavailable> = new Set([
  'no_responders',
  'timeout',
  'disconnected',
]);

/** What an answer tells admission; `undefined`: nothing. */
export function outcomeOfAnswer(answer: RouterAnswer): SettleOutcome | undefined {
  if (answer.kind === 'decided') return 'accepted';
  if (answer.kind === 'unavailable') {
    if (OWN.has(answer.reason)) return undefined;
    // An answer that cannot be read was made by somebody.
    return NOBODY_THERE.has(answer.reason) ? 'failed' : 'accepted';
  }
  const { code } = answer.error;
  if (code === 'service_overloaded') return 'refused';
  return isAbsence(code) ? 'failed' : 'accepted';
}

function isAbsence(code: string): boolean {
  return code === 'unavailable' || code === 'timeout';
}
