import { type Metadata, type ServiceError, status } from '@grpc/grpc-js';

import { OVERLOAD_HEADERS, OVERLOAD_TRAILERS } from '@beamline/contracts/core';

import type { RefusedByRouter, RouterAnswer, RouterUnavailable } from '../core/router-answer.js';
import { ErrorInfoCodec, RetryInfoCodec, StatusCodec } from './grpc-messages.js';

/** Trailers in which the router tells the code of an error. */
const ERROR_CODE = 'beamline-error-code';
const INTAKE_ERROR_CODE = 'beamline-intake-error-code';

/** What a status means that came from the channel, or from a server that tells no code of its own. */
const UNAVAILABLE: Readonly<Partial<Record<number, RouterUnavailable>>> = {
  [status.DEADLINE_EXCEEDED]: 'timeout',
  // The router may have the request.
  [status.UNAVAILABLE]: 'connection_lost',
  [status.CANCELLED]: 'closed',
};
const CODES: Readonly<Partial<Record<number, string>>> = {
  [status.INVALID_ARGUMENT]: 'invalid_request',
  [status.NOT_FOUND]: 'policy_not_found',
  [status.PERMISSION_DENIED]: 'unauthorized',
  [status.UNAUTHENTICATED]: 'unauthorized',
};

/** What the channel says of a call for which it had no connection. */
const NEVER_SENT = /No connection established|Name resolution failed/;

/** The answer in a call that ended with an error. */
export function answerOfError(error: ServiceError): RouterAnswer {
  const { metadata } = error;
  const code = textOf(metadata, ERROR_CODE);
  if (code !== undefined) return { kind: 'refused', error: refusedAs(code, error) };
  if (error.code === status.RESOURCE_EXHAUSTED) return exhausted(error);
  const isUnsent = error.code === status.UNAVAILABLE && NEVER_SENT.test(error.details);
  const reason = isUnsent ? 'disconnected' : UNAVAILABLE[error.code];
  if (reason !== undefined) return { kind: 'unavailable', reason };
  return { kind: 'refused', error: refusedAs(CODES[error.code] ?? 'internal', error) };
}

/** RESOURCE_EXHAUSTED is load if the router says so; without its word it is a size, which repeating does not change. */
function exhausted(error: ServiceError): RouterAnswer {
  const isTold =
    error.metadata.get(OVERLOAD_TRAILERS.pushbackMs).length > 0 ||
    error.metadata.get(OVERLOAD_TRAILERS.statusDetails).length > 0;
  return isTold
    ? { kind: 'refused', error: refusedAs('service_overloaded', error) }
    : { kind: 'unavailable', reason: 'oversize_reply' };
}

function refusedAs(code: string, { details: message, metadata }: ServiceError): RefusedByRouter {
  const told = detailsOf(metadata);
  const pushbackMs = numberOf(textOf(metadata, OVERLOAD_TRAILERS.pushbackMs));
  const isFinal = pushbackMs !== undefined && pushbackMs < 0;
  const retryAfterMs = isFinal ? undefined : (pushbackMs ?? told.retryDelayMs);
  const state = textOf(metadata, OVERLOAD_HEADERS.state) ?? told.facts['state'];
  return {
    code,
    message,
    details: told.facts,
    intakeErrorCode: textOf(metadata, INTAKE_ERROR_CODE) ?? null,
    requestId: undefined,
    ...(retryAfterMs !== undefined && { retryAfterMs, retryable: true }),
    ...(isFinal && { retryable: false }),
    ...(typeof state === 'string' && { state }),
  };
}

/** What a `google.rpc.Status` says besides. */
interface StatusDetails {
  /** Metadata of its `ErrorInfo`. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Of its `RetryInfo`, in milliseconds. */
  readonly retryDelayMs: number | undefined;
}

const NO_DETAILS: StatusDetails = { facts: {}, retryDelayMs: undefined };

function detailsOf(metadata: Metadata): StatusDetails {
  const [bytes] = metadata.get(OVERLOAD_TRAILERS.statusDetails);
  if (bytes === undefined || typeof bytes === 'string') return NO_DETAILS;
  try {
    return readStatus(bytes);
  } catch {
    // Whoever sent it: without details there is still the status itself.
    return NO_DETAILS;
  }
}

function readStatus(bytes: Uint8Array): StatusDetails {
  const { details } = StatusCodec.decode(bytes);
  let { facts, retryDelayMs } = NO_DETAILS;
  for (const detail of Array.isArray(details) ? details : []) {
    if (!isAny(detail)) continue;
    if (detail.type_url.endsWith('google.rpc.RetryInfo')) {
      retryDelayMs = delayOf(RetryInfoCodec.decode(detail.value)['retry_delay']);
    }
    if (detail.type_url.endsWith('google.rpc.ErrorInfo')) {
      facts = factsOf(ErrorInfoCodec.decode(detail.value)['metadata']);
    }
  }
  return { facts, retryDelayMs };
}

function delayOf(duration: unknown): number | undefined {
  if (typeof duration !== 'object' || duration === null) return undefined;
  const seconds = 'seconds' in duration ? Number(duration.seconds) : 0;
  const nanos = 'nanos' in duration ? Number(duration.nanos) : 0;
  const delayMs = seconds * 1000 + nanos / 1e6;
  return delayMs >= 0 ? delayMs : undefined;
}

/** Metadata hold texts only: what is a number or a flag over NATS becomes one again. */
function factsOf(metadata: unknown): Record<string, unknown> {
  if (typeof metadata !== 'object' || metadata === null) return {};
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, factOf(name, value)]),
  );
}

function factOf(name: string, value: unknown): unknown {
  if (name === 'retryable') return value === 'true';
  return name.endsWith('_ms') ? Number(value) : value;
}

interface AnyMessage {
  readonly type_url: string;
  readonly value: Uint8Array;
}

function isAny(detail: unknown): detail is AnyMessage {
  return (
    typeof detail === 'object' &&
    detail !== null &&
    'type_url' in detail &&
    typeof detail.type_url === 'string' &&
    'value' in detail &&
    detail.value instanceof Uint8Array
  );
}

function textOf(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) ? value : undefined;
}
