import type { SettleOutcome } from './gateway-admission.js';

/** What a response tells about the router behind it. */
export interface StatusOutcome {
  readonly outcome: SettleOutcome;
  /** How long the router asked to wait, in milliseconds; 0: it did not say. */
  readonly retryAfterMs: number;
}

/** Longest wait that is read, in seconds: a day. */
const MAX_WAIT_S = 86_400;
const SECONDS = /^\d{1,5}$/;
const ACCEPTED: StatusOutcome = { outcome: 'accepted', retryAfterMs: 0 };
const FAILED: StatusOutcome = { outcome: 'failed', retryAfterMs: 0 };

/**
 * Judges the router by the HTTP status that a handler answered with, and its `Retry-After`: 429, and 503 with a wait, are
 * refusals for load; 502, 503 and 504 say that nobody was there; with everything else the router took the request,
 * errors of the handler's own included, for they say nothing about load.
 */
export function outcomeOfStatus(status: number, retryAfter: unknown): StatusOutcome {
  const retryAfterMs = waitMsOf(retryAfter);
  if (status === 429 || (status === 503 && retryAfterMs > 0)) {
    return { outcome: 'refused', retryAfterMs };
  }
  return status >= 502 && status <= 504 ? FAILED : ACCEPTED;
}

/** The same for the status of a gRPC call: RESOURCE_EXHAUSTED is a refusal; DEADLINE_EXCEEDED and UNAVAILABLE: nobody was there. */
export function outcomeOfGrpcStatus(code: unknown): SettleOutcome {
  if (code === 8) return 'refused';
  return code === 4 || code === 14 ? 'failed' : 'accepted';
}

/** Seconds, as in `Retry-After`, to milliseconds. A date is not read: clocks of others go wrong. */
function waitMsOf(retryAfter: unknown): number {
  const text = typeof retryAfter === 'number' ? String(retryAfter) : retryAfter;
  if (typeof text !== 'string' || !SECONDS.test(text)) return 0;
  return Math.min(Number(text), MAX_WAIT_S) * 1000;
}
