import type { WireErrorCode } from './error-catalogue.js';
import type { RouterFailure } from './failure.js';
import type { IntakeErrorCode } from './intake-errors.js';

/** Which request an answer belongs to. */
export interface ReplyContext {
  /** `''` when the request could not be read that far. */
  readonly requestId: string;
  readonly traceId?: string | undefined;
}

/** `context` of an answer on the wire. */
interface WireReplyContext {
  readonly request_id: string;
  /** Only when known. */
  readonly trace_id?: string;
}

/** `decision` of a successful answer on the wire. */
export interface WireDecision {
  readonly provider_id: string;
  readonly priority: number;
  readonly expected_latency_ms: number;
  readonly expected_cost: number;
  readonly reason: string;
  /** Only when it says something. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A successful answer on the wire. */
export interface DecideResponse {
  readonly ok: true;
  readonly decision: WireDecision;
  readonly context: WireReplyContext;
}

/** A failed answer on the wire. */
export interface ErrorResponse {
  readonly ok: false;
  readonly error: {
    readonly code: WireErrorCode;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
    readonly intake_error_code: IntakeErrorCode | null;
  };
  readonly context: WireReplyContext;
}

/** What a reply needs to know of a decision. */
export interface DecidedLike {
  readonly providerId: string;
  readonly reason: string;
  readonly priority: number;
  readonly expectedLatencyMs: number;
  readonly expectedCost: number;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** Builds the answer to a decided request. */
export function decideResponse(decided: DecidedLike, context: ReplyContext): DecideResponse {
  const decision: WireDecision = {
    provider_id: decided.providerId,
    priority: decided.priority,
    expected_latency_ms: decided.expectedLatencyMs,
    expected_cost: decided.expectedCost,
    reason: decided.reason,
  };
  const { metadata } = decided;
  return {
    ok: true,
    decision: metadata && saysSomething(metadata) ? { ...decision, metadata } : decision,
    context: wireContext(context),
  };
}

/** Builds the answer to a request that failed. */
export function errorResponse(failure: RouterFailure, context: ReplyContext): ErrorResponse {
  return {
    ok: false,
    error: {
      code: failure.code,
      message: failure.message,
      details: failure.details ?? {},
      intake_error_code: failure.intakeErrorCode ?? null,
    },
    context: wireContext(context),
  };
}

function wireContext({ requestId, traceId }: ReplyContext): WireReplyContext {
  return traceId ? { request_id: requestId, trace_id: traceId } : { request_id: requestId };
}

function saysSomething(metadata: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(metadata).length > 0;
}
