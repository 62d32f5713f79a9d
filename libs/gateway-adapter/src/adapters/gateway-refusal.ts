import {
  type Criticality,
  OVERLOAD_HEADERS,
  OVERLOAD_TRAILERS,
  type RefusalLike,
  RefusalWriter,
  wholeMs,
} from '@beamline/contracts/core';
import type { HttpHeaders } from '../core/check-headers.js';
import type { GatewayRefused } from '../core/gateway-admission-types.js';
import type { HttpAnswer } from '../core/http-answer.js';
import { statusDetails } from './grpc-details.js';
import type { RequestReader } from './request-reader.js';

/** A failure over gRPC, for whatever server sends it. */
export interface GrpcFailure {
  /** RESOURCE_EXHAUSTED. */
  readonly code: 8;
  readonly details: string;
  /** Trailing metadata; bytes where the name ends in `-bin`. */
  readonly metadata: Readonly<Record<string, string | Buffer>>;
}

/** A request that the gateway refused, ready for every protocol. */
export interface GatewayRefusal {
  readonly subject: string;
  readonly criticality: Criticality;
  readonly verdict: GatewayRefused;
  /** 429 or 503, with `Retry-After` and what is known of the load. `headers` are the request's, for its ids. */
  http(headers?: HttpHeaders): HttpAnswer;
  /** RESOURCE_EXHAUSTED, with the retry pushback of gRPC, and `RetryInfo` and `ErrorInfo` in `grpc-status-details-bin`. */
  grpc(): GrpcFailure;
  /** The answer to a request over NATS. */
  nats(): { readonly body: string; readonly headers: Readonly<Record<string, string>> };
}

/** How the refusals of a subject are written. */
export interface RefusalStyle {
  readonly writer: RefusalWriter;
  readonly reader: RequestReader;
  /** `error`: the contract's error body; `problem`: RFC 9457. */
  readonly body: 'error' | 'problem';
}

/** Writes a refusal only when it is asked for, and only in the protocol that is asked for. */
export class WrittenRefusal implements GatewayRefusal {
  constructor(
    readonly verdict: GatewayRefused,
    readonly criticality: Criticality,
    private readonly style: RefusalStyle,
  ) {}

  get subject(): string {
    return this.style.writer.subject;
  }

  http(headers: HttpHeaders = {}): HttpAnswer {
    const { body } = this.style;
    return body === 'problem' ? this.#problem(headers) : this.#error(headers);
  }

  grpc(): GrpcFailure {
    const { retryable, retryAfterMs, status } = this.verdict;
    const told = this.#told();
    const details = this.style.writer.message(told);
    return {
      code: 8,
      details,
      metadata: {
        [OVERLOAD_TRAILERS.pushbackMs]: retryable ? wholeMs(retryAfterMs) : '-1',
        [OVERLOAD_TRAILERS.statusDetails]: statusDetails(told, this.subject, details),
        [OVERLOAD_HEADERS.state.toLowerCase()]: status,
      },
    };
  }

  nats(): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
    return this.style.writer.nats(this.#told());
  }

  #problem(headers: HttpHeaders): HttpAnswer {
    const { traceId, traceparent } = this.style.reader.contextOf(headers);
    const written = this.style.writer.http(this.#told());
    const told: Record<string, string> = { 'x-trace-id': traceId, traceparent };
    for (const [name, value] of Object.entries(written.headers)) told[name.toLowerCase()] = value;
    told[OVERLOAD_HEADERS.retryable.toLowerCase()] = String(this.verdict.retryable);
    return { status: written.status, headers: told, body: written.body };
  }

  #error(headers: HttpHeaders): HttpAnswer {
    const { writer, reader } = this.style;
    const { reason, status, retryable, retryAfterMs } = this.verdict;
    const answer = reader.refuse(headers, {
      code: 'service_overloaded',
      message: writer.message(this.#told()),
      status: writer.httpStatus,
      retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)),
      state: status,
      retryable,
      details: {
        subject: writer.subject,
        criticality: this.criticality,
        reason,
        state: status,
        retryable,
        retry_after_ms: Math.ceil(retryAfterMs),
      },
    });
    return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
  }

  #told(): RefusalLike {
    const { reason, status, retryable, retryAfterMs } = this.verdict;
    return {
      reason,
      criticality: this.criticality,
      // A gateway does not know how long requests wait in the router.
      predictedWaitMs: undefined,
      retryAfterMs,
      retryable,
      effectiveStatus: status,
    };
  }
}
