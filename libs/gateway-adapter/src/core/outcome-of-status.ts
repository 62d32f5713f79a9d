import type { SettleOutcome } from './gateway-admission-types.js';

const SECONDS = /^\d{1,5}$/;
/** Who waits less than this, in milliseconds, may miss the answer of a router that is well. */
const TELLING_MS = 100;

/**
 * Judges the router by the HTTP status that a handler answered with, and its `Retry-After`: 429, and 503 with a wait, are
 * refusals for load; 502, 503 and 504 say that nobody was there; with everything else the router took the request,
 * errors of the handler's own included, for they say nothing about load. `patienceMs`: how long its caller waited.
 */
export function outcomeOfStatus(
  status: number,
  retryAfter: unknown,
  patienceMs?: number,
): SettleOutcome {
  if (status === 429 || (status === 503 && isWait(retryAfter))) return 'refused';
  if (status === 504) return outcomeOfTimeout(patienceMs);
  return status === 502 || status === 503 ? 'failed' : 'accepted';
}

/** The same for the status of a gRPC call: RESOURCE_EXHAUSTED is a refusal; DEADLINE_EXCEEDED and UNAVAILABLE: nobody was there. */
export function outcomeOfGrpcStatus(code: unknown, patienceMs?: number): SettleOutcome {
  if (code === 8) return 'refused';
  if (code === 4) return outcomeOfTimeout(patienceMs);
  return code === 14 ? 'failed' : 'accepted';
}

/** What it tells that no answer came in time: that nobody was there, or nothing where its caller hardly waited. */
export function outcomeOfTimeout(patienceMs = Infinity): SettleOutcome {
  return patienceMs < TELLING_MS ? 'ignored' : 'failed';
}

/** Seconds, as in `Retry-After`. A date is not read: clocks of others go wrong. */
function isWait(retryAfter: unknown): boolean {
  const text = typeof retryAfter === 'number' ? String(retryAfter) : retryAfter;
  return typeof text === 'string' && SECONDS.test(text) && Number(text) > 0;
}
