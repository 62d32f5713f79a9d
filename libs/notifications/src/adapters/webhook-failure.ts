import type { DeliveryFailure } from '../core/delivery-log.js';
import type { AttemptResult } from '../core/delivery-plan.js';
import { RefusedAddressError } from './guarded-lookup.js';

type FailedAttempt = Extract<AttemptResult, { readonly kind: 'failed' }>;

const MAX_DETAIL_CHARS = 160;
const TLS =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH|EPROTO)/;
const UNRESOLVED = /^(?:ENOTFOUND|ENODATA|EAI_)/;
const BROKEN_ANSWER = /^HPE_/;
const CONNECTION = /^E[A-Z0-9]+$/;

/** An attempt that failed without an answer worth judging. */
export function failedAttempt(failure: DeliveryFailure, detail: string): FailedAttempt {
  return {
    kind: 'failed',
    failure,
    httpStatus: undefined,
    detail: detail.slice(0, MAX_DETAIL_CHARS),
    isRetryable: failure !== 'refused_address' && failure !== 'too_large',
    retryAfterMs: undefined,
  };
}

/** Sorts an error of a request or of its connection. */
export function failureOf(error: Error): FailedAttempt {
  if (error instanceof RefusedAddressError) return failedAttempt('refused_address', error.message);
  const code = codeOf(error);
  const detail =
    code === '' || error.message.includes(code) ? error.message : `${code}: ${error.message}`;
  return failedAttempt(kindOf(code), detail);
}

/** The code that Node gives an error; empty when there is none. */
export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function kindOf(code: string): DeliveryFailure {
  if (TLS.test(code)) return 'tls';
  if (UNRESOLVED.test(code)) return 'unresolved';
  if (BROKEN_ANSWER.test(code)) return 'broken_answer';
  return CONNECTION.test(code) ? 'connection' : 'unknown';
}
