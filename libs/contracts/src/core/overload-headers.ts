/**
 * Names by which callers and services speak about load: HTTP headers, NATS headers and gRPC metadata alike.
 * HTTP and gRPC know no difference between capitals and small letters; over NATS the spelling counts.
 */
export const OVERLOAD_HEADERS = {
  /** From the caller: how much the request matters. */
  criticality: 'x-criticality',
  /** From the caller: how long it still waits, in milliseconds. gRPC has its own deadline. */
  timeoutMs: 'x-timeout-ms',
  /** From the caller: how often it has tried this request before; 0, or nothing, the first time. */
  attempt: 'x-attempt',
  /** From the caller: which step of a workflow this is, from 1. Later ones rank one level higher, for who may raise. */
  workflowStep: 'x-workflow-step',
  /** From the caller: `1` asks for a load report with every answer. */
  wantsReport: 'x-overload-report',
  /** To the caller: what admission does now. */
  state: 'Overload-State',
  /** To the caller: the wait that is predicted for a request like this, in milliseconds. */
  waitMs: 'Overload-Wait-Ms',
  /** To the caller, with a refusal: `false` says not to come back with this request. */
  retryable: 'Overload-Retryable',
  /** Over HTTP, with a refusal: when to come back, in whole seconds, rounded up. */
  retryAfter: 'Retry-After',
  /** Over NATS, with a refusal: when to come back, in milliseconds. */
  retryAfterMs: 'Retry-After-Ms',
  /** Over NATS: the text and the code of an error, as services of the NATS micro protocol tell them. */
  serviceError: 'Nats-Service-Error',
  serviceErrorCode: 'Nats-Service-Error-Code',
} as const;

/** Trailing metadata of gRPC that tells about load. */
export const OVERLOAD_TRAILERS = {
  /** When to come back, in milliseconds; -1: not at all. gRPC's retry design (A6) gives it its meaning. */
  pushbackMs: 'grpc-retry-pushback-ms',
  /** An encoded `google.rpc.Status`. */
  statusDetails: 'grpc-status-details-bin',
  /** An encoded `xds.data.orca.v3.OrcaLoadReport`. */
  loadReport: 'endpoint-load-metrics-bin',
} as const;
