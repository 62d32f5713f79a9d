import { ERRORS, type WireErrorCode } from '@beamline/contracts/core';
import { assertNever } from '@beamline/kernel';
import type { RefusedByRouter, RouterAnswer, RouterUnavailable } from './router-answer.js';
import { describeViolation, type Violation } from './violation.js';

/** An HTTP response, for whatever server sends it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. Bytes are the router's own. */
  readonly body: string | Uint8Array;
}

/** Which request an HTTP response belongs to. */
export interface AnswerContext {
  readonly requestId: string | undefined;
  readonly tenantId: string | undefined;
  readonly traceId: string;
  readonly traceparent: string;
}

/** A failure on its way to the caller. */
export interface GatewayFailure {
  /** A code of the catalogue, or one of a newer router (answered as 500). */
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly intakeErrorCode?: string | null;
  /** Overrides the status that goes with the code. */
  readonly status?: number;
  /** Seconds after which a retry makes sense: the header `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const DEFAULT_STATUS = 500;
/** The contract's wait for an overloaded router that names none. */
const OVERLOAD_RETRY_AFTER_SECONDS = 30;
const SHORT_RETRY_AFTER_SECONDS = 1;

const UNAVAILABLE: Readonly<Record<RouterUnavailable, GatewayFailure>> = {
  no_responders: unavailable('no router is listening'),
  timeout: unavailable('the router did not answer in time'),
  disconnected: unavailable('the connection to the router is down'),
  closed: unavailable('the gateway is shutting down'),
  in_flight_limit: {
    code: 'service_overloaded',
    message: 'too many requests are in flight, retry later',
    status: 503,
    retryAfterSeconds: SHORT_RETRY_AFTER_SECONDS,
  },
  request_too_large: {
    code: 'invalid_request',
    message: 'the request is larger than the message broker accepts',
    status: 413,
  },
  oversize_reply: { code: 'internal', message: 'the answer of the router is too large' },
  malformed_reply: { code: 'internal', message: 'the answer of the router could not be read' },
};

/** Turns the outcome of asking the router into an HTTP response (contract 10.3). */
export function toHttpAnswer(answer: RouterAnswer, context: AnswerContext): HttpAnswer {
  switch (answer.kind) {
    case 'decided':
      return { status: 200, headers: headersOf(context), body: answer.body };
    case 'refused': {
      const { requestId } = answer.error;
      const known = requestId === undefined ? context : { ...context, requestId };
      return errorAnswer(failureOfRouter(answer.error), known);
    }
    case 'unavailable':
      return errorAnswer(UNAVAILABLE[answer.reason], context);
    default:
      return assertNever(answer);
  }
}

/** Writes a failure in the error body of contract 10.3. */
export function errorAnswer(failure: GatewayFailure, context: AnswerContext): HttpAnswer {
  const { code, message, details, intakeErrorCode, retryAfterSeconds } = failure;
  const body = {
    ok: false,
    error: { code, message, intake_error_code: intakeErrorCode ?? null, details: details ?? {} },
    context: {
      request_id: context.requestId ?? null,
      trace_id: context.traceId,
      tenant_id: context.tenantId ?? null,
    },
  };
  const headers = headersOf(context);
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  return { status: failure.status ?? statusOf(code), headers, body: JSON.stringify(body) };
}

/** The failure of a request that breaks rules; names all of them. */
export function invalidRequest(violations: readonly Violation[]): GatewayFailure {
  return {
    code: 'invalid_request',
    message: violations.map(describeViolation).join('; '),
    details: { violations },
  };
}

function failureOfRouter(error: RefusedByRouter): GatewayFailure {
  const { code, message, details, intakeErrorCode } = error;
  const failure = { code, message, details, intakeErrorCode };
  const retryAfterSeconds = retryAfterOf(error);
  return retryAfterSeconds === undefined ? failure : { ...failure, retryAfterSeconds };
}

function retryAfterOf({ code, details }: RefusedByRouter): number | undefined {
  const status = statusOf(code);
  if (status !== 429 && status !== 503) return undefined;
  const given = details['retry_after_seconds'];
  if (typeof given === 'number' && given >= 0 && Number.isFinite(given)) return Math.ceil(given);
  return code === 'service_overloaded' ? OVERLOAD_RETRY_AFTER_SECONDS : SHORT_RETRY_AFTER_SECONDS;
}

function statusOf(code: string): number {
  return isKnown(code) ? ERRORS[code].httpStatus : DEFAULT_STATUS;
}

function isKnown(code: string): code is WireErrorCode {
  return Object.hasOwn(ERRORS, code);
}

function unavailable(message: string): GatewayFailure {
  return { code: 'unavailable', message, retryAfterSeconds: SHORT_RETRY_AFTER_SECONDS };
}

function headersOf({ traceId, traceparent }: AnswerContext): Record<string, string> {
  return { 'content-type': JSON_TYPE, 'x-trace-id': traceId, traceparent };
}
