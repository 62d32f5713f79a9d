import { hash32 } from './hash.js';
import type { Backoff } from './policy-document.js';

const MAX_JITTER = 0.1;

/**
 * How long to wait before an attempt, in milliseconds. The jitter follows from the request and the attempt, so that
 * the same question gets the same answer.
 * @param attempt From 1.
 */
export function backoffMs(backoff: Backoff, attempt: number, requestId: string): number {
  const { baseMs, maxMs, jitter } = backoff;
  const plain = baseMs * factorOf(backoff, attempt);
  const share = jitter ? ((hash32(requestId, attempt) >>> 0) / 2 ** 32) * MAX_JITTER : 0;
  return Math.min(maxMs, Math.round(plain * (1 + share)));
}

function factorOf({ strategy }: Backoff, attempt: number): number {
  if (strategy === 'fixed') return 1;
  return strategy === 'linear' ? attempt : 2 ** (attempt - 1);
}
