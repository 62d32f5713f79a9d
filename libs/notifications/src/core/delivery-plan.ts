import type { DeliveryFailure } from './delivery-log.js';

/** How often and how fast deliveries are tried again. */
export interface DeliveryPace {
  /** Attempts that one notification gets at most. */
  readonly maxAttempts: number;
  /** Upper bound of the pause after the first failure of an endpoint, in milliseconds; doubles with each one. */
  readonly basePauseMs: number;
  /** Upper bound of any pause, in milliseconds. */
  readonly maxPauseMs: number;
}

/** How one attempt ended. */
export type AttemptResult =
  | { readonly kind: 'accepted'; readonly httpStatus: number }
  | {
      readonly kind: 'failed';
      readonly failure: DeliveryFailure;
      /** `undefined` when there was no answer. */
      readonly httpStatus: number | undefined;
      /** For people; holds no secret. */
      readonly detail: string;
      /** The same notification may fare better in another attempt. */
      readonly isRetryable: boolean;
      /** Pause that the endpoint asked for, in milliseconds. */
      readonly retryAfterMs: number | undefined;
    };

/** Where a notification stands when an attempt has failed. */
export interface DeliveryProgress {
  /** Attempts made, the failed one included. */
  readonly attempts: number;
  /** Since the notification was handed over, in milliseconds. */
  readonly ageMs: number;
  /** Age at which it is worth nothing any more, in milliseconds. */
  readonly ttlMs: number;
}

/** Client errors that may pass by themselves. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);
const ALREADY_KNOWN = 409;
// 2^30 is beyond any sensible bound already; a larger exponent would only overflow.
const MAX_DOUBLINGS = 30;

/**
 * What an answer with a whole status line and whole headers means. 2xx is yes. 409 after an earlier attempt is yes too:
 * that attempt arrived, and only its answer was lost. 408, 425, 429 and 5xx may pass; all else, redirects included, will not.
 * @param attempt From 1.
 */
export function answerResult(
  httpStatus: number,
  attempt: number,
  retryAfterMs: number | undefined,
): AttemptResult {
  const isYes = httpStatus >= 200 && httpStatus < 300;
  if (isYes || (httpStatus === ALREADY_KNOWN && attempt > 1))
    return { kind: 'accepted', httpStatus };
  const isRedirect = httpStatus >= 300 && httpStatus < 400;
  return {
    kind: 'failed',
    failure: isRedirect ? 'redirect' : 'http_status',
    httpStatus,
    detail: isRedirect ? `redirects are not followed (${httpStatus})` : `answered ${httpStatus}`,
    isRetryable: httpStatus >= 500 || PASSING_STATUSES.has(httpStatus),
    retryAfterMs,
  };
}

/**
 * The pause before an endpoint is tried again: exponential with full jitter over its failures in a row, whichever
 * notifications they concerned, and not before the endpoint wants it; never more than `maxPauseMs`.
 * @param failures In a row, from 1.
 */
export function pauseMs(
  failures: number,
  retryAfterMs: number | undefined,
  pace: DeliveryPace,
  random: () => number,
): number {
  const doublings = Math.min(Math.max(0, failures - 1), MAX_DOUBLINGS);
  const ceilingMs = Math.min(pace.maxPauseMs, pace.basePauseMs * 2 ** doublings);
  return Math.min(pace.maxPauseMs, Math.max(retryAfterMs ?? 0, ceilingMs * random()));
}

/**
 * Whether a notification gets another attempt after a pause: it may have another, and will still be worth something then.
 */
export function isWorthRetrying(
  progress: DeliveryProgress,
  pauseBeforeMs: number,
  { maxAttempts }: Pick<DeliveryPace, 'maxAttempts'>,
): boolean {
  return progress.attempts < maxAttempts && progress.ageMs + pauseBeforeMs < progress.ttlMs;
}

/**
 * Reads a `Retry-After` of an answer: seconds, or `undefined` for anything else. Dates are not read: the pause is
 * bounded anyway, and clocks differ.
 */
export function readRetryAfterMs(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;
}
