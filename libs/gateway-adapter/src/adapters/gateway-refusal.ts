import type { Criticality } from '@beamline/contracts/core';
import type { HttpHeaders } from '../core/check-headers.js';
import type { GatewayVerdict } from './gateway-types.js';
import type { HttpAnswer } from '../core/http-answer.js';

/** A refusal as admission decided it. */
export type RefusedVerdict = Extract<GatewayVerdict, { readonly admitted: false }>;

/** A failure over gRPC, for whatever server sends it. */
export interface GrpcFailure {
  /** RESOURCE_EXHAUSTED. */
  readonly code: 8;
  readonly details: string;
  /** Trailing metadata. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A refusal of the gateway, ready for every protocol. */
export interface GatewayRefusal {
  readonly subject: string;
  readonly criticality: Criticality;
  readonly verdict: RefusedVerdict;
  /** 429 or 503, with `Retry-After` and what is known of the load. `headers` are the request's, for its ids. */
  http(headers?: HttpHeaders): HttpAnswer;
  /** RESOURCE_EXHAUSTED with the retry pushback of gRPC. */
  grpc(): GrpcFailure;
  /** The answer to a request over NATS. */
  nats(): { readonly body: string; readonly headers: Readonly<Record<string, string>> };
}
