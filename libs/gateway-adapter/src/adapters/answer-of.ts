import type { HttpHeaders } from '../core/check-headers.js';
import { type HttpAnswer, toHttpAnswer } from '../core/http-answer.js';
import type { DecideOutcome } from './gateway-types.js';
import { RequestReader } from './request-reader.js';

let reader: RequestReader | undefined;

/**
 * The HTTP response for an outcome of `gateway.decide`: the decision as it came, or the error body of the contract, with
 * `Retry-After` where there is one. `headers` are the request's, for its ids. `overloadStatus`: what a refusal of the
 * router becomes; refusals of the gateway have their own setting. Default 429.
 */
export function answerOf(
  outcome: DecideOutcome,
  headers: HttpHeaders = {},
  overloadStatus: 429 | 503 = 429,
): HttpAnswer {
  if (outcome.kind === 'shed') return outcome.refusal.http(headers);
  reader ??= new RequestReader();
  return toHttpAnswer(outcome, reader.contextOf(headers), overloadStatus);
}
