import { assertNever } from '@beamline/kernel';
import type { SettleOutcome } from './gateway-admission-types.js';
import { outcomeOfTimeout } from './outcome-of-status.js';
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
  /** It carries an idempotency key: a repeat gets the recorded decision. */
  readonly isKeyed: boolean;
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
 * names, and never without one. Where nobody was there, backoff is exponential with full jitter; the same where the
 * connection was lost, for requests with an idempotency key. A request that timed out is not repeated: the router may be
 * at work on it, and more work is what it has too much of.
 */
export function planRetry(
  answer: RouterAnswer,
  { maxRetries, maxWaitMs, leastLeftMs }: RetryPolicy,
  { retries, leftMs, isKeyed, random }: RetryState,
): PlannedRetry | undefined {
  if (retries >= maxRetries) return undefined;
  const planned = delayOf(answer, BASE_BACKOFF_MS * 2 ** retries * random, isKeyed);
  if (planned === undefined || planned.delayMs > maxWaitMs) return undefined;
  return planned.delayMs + leastLeftMs <= leftMs ? planned : undefined;
}

function delayOf(
  answer: RouterAnswer,
  backoffMs: number,
  isKeyed: boolean,
): PlannedRetry | undefined {
  if (answer.kind === 'decided') return undefined;
  if (answer.kind === 'unavailable') {
    return mayRepeat(answer.reason, isKeyed) ? { delayMs: backoffMs, isSlot: false } : undefined;
  }
  const { code, retryable, retryAfterMs } = answer.error;
  if (retryable === false) return undefined;
  if (code === 'service_overloaded') {
    return retryAfterMs === undefined ? undefined : { delayMs: retryAfterMs, isSlot: true };
  }
  return code === 'unavailable' ? { delayMs: retryAfterMs ?? backoffMs, isSlot: false } : undefined;
}

/** What was lost on its way somebody may have begun, or have done: only who has a key may ask again. */
function mayRepeat(reason: RouterUnavailable, isKeyed: boolean): boolean {
  return NOT_BEGUN.has(reason) || (isKeyed && reason === 'connection_lost');
}

/** What an answer tells admission; `patienceMs`: how long it was waited for. */
export function outcomeOfAnswer(answer: RouterAnswer, patienceMs: number): SettleOutcome {
  if (answer.kind === 'decided') return 'accepted';
  if (answer.kind === 'unavailable') return outcomeOfNone(answer.reason, patienceMs);
  const { code, details, wasSent } = answer.error;
  if (wasSent === false) return 'unsent';
  if (code === 'service_overloaded') {
    // The caller's deadline was too short whatever the load: another one would have been served.
    return details['reason'] === 'deadline' ? 'ignored' : 'refused';
  }
  if (code === 'timeout') return outcomeOfTimeout(patienceMs);
  return code === 'unavailable' ? 'failed' : 'accepted';
}

function outcomeOfNone(reason: RouterUnavailable, patienceMs: number): SettleOutcome {
  switch (reason) {
    case 'in_flight_limit':
    case 'request_too_large':
    case 'closed':
      return 'unsent';
    case 'timeout':
      return outcomeOfTimeout(patienceMs);
    case 'no_responders':
    case 'disconnected':
    case 'connection_lost':
      return 'failed';
    case 'oversize_reply':
    case 'malformed_reply':
      // An answer that cannot be read was made by somebody.
      return 'accepted';
    default:
      return assertNever(reason);
  }
}
