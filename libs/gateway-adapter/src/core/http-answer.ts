import { ERRORS, type OverloadHttpStatus, type WireErrorCode } from '@beamline/contracts/core';
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
  /** What is known of the load: the header `Overload-State`. */
  readonly state?: string;
  /** `false`: not to come back with this request: the header `Overload-Retryable`. */
  readonly retryable?: boolean;
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
  connection_lost: unavailable('the connection to the router was lost'),
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

/**
 * Turns the outcome of asking the router into an HTTP response (contract 10.3). `overloadStatus` goes with a refusal for
 * load: 429 is the contract's, 503 what older clients expect.
 */
export function toHttpAnswer(
  answer: RouterAnswer,
  context: AnswerContext,
  overloadStatus: OverloadHttpStatus = 429,
): HttpAnswer {
  switch (answer.kind) {
    case 'decided':
      return { status: 200, headers: headersOf(context), body: answer.body };
    case 'refused': {
      const { requestId } = answer.error;
      const known = requestId === undefined ? context : { ...context, requestId };
      return errorAnswer(failureOfRouter(answer.error, overloadStatus), known);
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
  if (failure.state !== undefined) headers['overload-state'] = failure.state;
  if (failure.retryable !== undefined) headers['overload-retryable'] = String(failure.retryable);
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

function failureOfRouter(
  error: RefusedByRouter,
  overloadStatus: OverloadHttpStatus,
): GatewayFailure {
  const { code, message, details, intakeErrorCode, state, retryable } = error;
  const retryAfterSeconds = retryAfterOf(error);
  return {
    code,
    message,
    details,
    intakeErrorCode,
    ...(code === 'service_overloaded' && { status: overloadStatus }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(state !== undefined && { state }),
    ...(retryable !== undefined && { retryable }),
  };
}

function retryAfterOf({ code, retryAfterMs }: RefusedByRouter): number | undefined {
  const status = statusOf(code);
  if (status !== 429 && status !== 503) return undefined;
  if (retryAfterMs !== undefined) return Math.max(1, Math.ceil(retryAfterMs / 1000));
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
