/** gRPC status codes the router answers with. */
export const GRPC_STATUS = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export type GrpcStatus = (typeof GRPC_STATUS)[keyof typeof GRPC_STATUS];

/** What callers may rely on about an error. */
export interface WireError {
  readonly grpcStatus: GrpcStatus;
  readonly httpStatus: number;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** Text used when nothing more precise is known. */
  readonly message: string;
}

/** Every `error.code` on the wire. */
export type WireErrorCode =
  | 'invalid_request'
  | 'unauthorized'
  | 'policy_not_found'
  | 'decision_not_found'
  | 'decision_failed'
  | 'rate_limited'
  | 'service_overloaded'
  | 'unavailable'
  | 'timeout'
  | 'internal'
  | 'extension_not_found'
  | 'extension_timeout'
  | 'extension_unavailable'
  | 'extension_error'
  | 'validator_blocked'
  | 'post_processor_failed';

function wireError(
  grpcStatus: GrpcStatus,
  httpStatus: number,
  retryable: boolean,
  message: string,
): WireError {
  return { grpcStatus, httpStatus, retryable, message };
}

/** The one list of error codes: what each means over gRPC, over HTTP, and whether a retry makes sense. */
export const ERRORS: Readonly<Record<WireErrorCode, WireError>> = {
  invalid_request: wireError(GRPC_STATUS.invalidArgument, 400, false, 'invalid request'),
  // The code of a refused tenant. HTTP 401 is the contract's; over gRPC the reason decides between 7 and 16.
  unauthorized: wireError(GRPC_STATUS.permissionDenied, 401, false, 'unauthorized'),
  policy_not_found: wireError(GRPC_STATUS.notFound, 404, false, 'policy not found'),
  decision_not_found: wireError(GRPC_STATUS.notFound, 404, false, 'decision not found'),
  decision_failed: wireError(GRPC_STATUS.internal, 500, true, 'no provider available'),
  rate_limited: wireError(GRPC_STATUS.resourceExhausted, 429, true, 'Rate limit exceeded'),
  service_overloaded: wireError(GRPC_STATUS.resourceExhausted, 429, true, 'Router is overloaded'),
  unavailable: wireError(GRPC_STATUS.unavailable, 503, true, 'service unavailable'),
  timeout: wireError(GRPC_STATUS.unavailable, 503, true, 'request timeout'),
  internal: wireError(GRPC_STATUS.internal, 500, true, 'internal server error'),
  extension_not_found: wireError(GRPC_STATUS.notFound, 404, false, 'extension not found'),
  extension_timeout: wireError(GRPC_STATUS.unavailable, 504, true, 'extension timeout'),
  extension_unavailable: wireError(GRPC_STATUS.unavailable, 503, true, 'extension unavailable'),
  extension_error: wireError(GRPC_STATUS.internal, 500, false, 'extension failed'),
  validator_blocked: wireError(GRPC_STATUS.permissionDenied, 403, false, 'blocked by a validator'),
  post_processor_failed: wireError(GRPC_STATUS.internal, 500, false, 'post processor failed'),
};
