import {
  type ChannelCredentials,
  Client,
  credentials as grpcCredentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';

import { HEADERS, OVERLOAD_HEADERS } from '@beamline/contracts/core';
import {
  type Clock,
  fanOut,
  ignoreEvents,
  monotonicClock,
  type Observer,
  wallClock,
} from '@beamline/kernel';

import type { GatewayEvent } from '../core/gateway.events.js';
import { inRange } from '../core/in-range.js';
import { type RouteRequestFields, routeRequestOf } from '../core/route-request-of.js';
import type { RouterAnswer } from '../core/router-answer.js';
import { describeViolation, type Violation } from '../core/violation.js';
import { answerOfError } from './grpc-answer.js';
import { RouteDecisionCodec, RouteRequestCodec } from './grpc-messages.js';
import { parseJson } from './parse-json.js';
import { patienceOf, type RouterCall, spelt } from './router-call.js';
import type { RouterPort } from './router-port.js';

/** How the router is asked over gRPC. */
export interface GrpcRouterClientOptions {
  /** `host:port`, or any target that gRPC resolves. */
  readonly address: string;
  /** Default: without TLS. */
  readonly credentials?: ChannelCredentials;
  /** How long the router may take, in milliseconds, unless the call says otherwise. Default 5 000. Must be ≥ 1. */
  readonly timeoutMs?: number;
  /** Calls at one time; the next one is refused at once. Default 1 000. Must be ≥ 1. */
  readonly maxInFlight?: number;
  /** Longest answer that is accepted, in bytes. Default 1 048 576. Must be ≥ 1. */
  readonly maxReplyBytes?: number;
  readonly clock?: Clock;
  /** Unix time, for deadlines. */
  readonly wall?: Clock;
}

const METHOD = '/beamline.flow.v1.Router/Decide';
const KEEPALIVE_MS = 30_000;
const MAX_BACKOFF_MS = 5000;
/** What gRPC takes as the value of metadata. */
const METADATA_VALUE = /^[ -~]*$/;
const encoder = new TextEncoder();

/**
 * Asks the router over gRPC, with the same requests and answers as over NATS. Every call has a deadline. The channel
 * repeats nothing of its own accord: repeating is the work of who knows the budget.
 */
export class GrpcRouterClient implements RouterPort {
  readonly #client: Client;
  readonly #timeoutMs: number;
  readonly #maxInFlight: number;
  readonly #clock: Clock;
  readonly #wall: Clock;
  readonly #idle: (() => void)[] = [];
  #observe: Observer<GatewayEvent>;
  #inFlight = 0;
  #closed = false;

  /** @throws RangeError when an option is out of range. */
  constructor(options: GrpcRouterClientOptions, observe: Observer<GatewayEvent> = ignoreEvents) {
    this.#observe = observe;
    this.#timeoutMs = inRange('GrpcRouterClient timeoutMs', options.timeoutMs ?? 5000, 1);
    this.#maxInFlight = inRange('GrpcRouterClient maxInFlight', options.maxInFlight ?? 1000, 1);
    this.#clock = options.clock ?? monotonicClock;
    this.#wall = options.wall ?? wallClock;
    const credentials = options.credentials ?? grpcCredentials.createInsecure();
    this.#client = new Client(options.address, credentials, {
      'grpc.enable_retries': 0,
      'grpc.max_receive_message_length': inRange(
        'GrpcRouterClient maxReplyBytes',
        options.maxReplyBytes ?? 1_048_576,
        1,
      ),
      'grpc.keepalive_time_ms': KEEPALIVE_MS,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': MAX_BACKOFF_MS,
    });
  }

  /** Calls that wait for an answer now. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** As `RouterClient.decide`. What gRPC has no field for is refused as `invalid_request`. */
  async decide(request: Uint8Array | object, call: RouterCall): Promise<RouterAnswer> {
    const startedMs = this.#clock.nowMs();
    const answer = this.#refusal() ?? (await this.#exchange(request, call));
    const outcome = answer.kind === 'unavailable' ? answer.reason : answer.kind;
    const durationMs = this.#clock.nowMs() - startedMs;
    this.#observe({ type: 'router-asked', operation: 'decide', outcome, durationMs });
    return answer;
  }

  reportTo(observe: Observer<GatewayEvent>): void {
    this.#observe = fanOut(this.#observe, observe);
  }

  /** Takes no more requests and waits until those in flight are answered; each ends by its deadline at the latest. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#client.close();
  }

  #refusal(): RouterAnswer | undefined {
    if (this.#closed) return { kind: 'unavailable', reason: 'closed' };
    return this.#inFlight >= this.#maxInFlight
      ? { kind: 'unavailable', reason: 'in_flight_limit' }
      : undefined;
  }

  async #exchange(request: Uint8Array | object, call: RouterCall): Promise<RouterAnswer> {
    const parsed = request instanceof Uint8Array ? parseJson(request) : undefined;
    if (parsed?.ok === false) return invalid([{ path: 'body', rule: parsed.rule }]);
    const written = routeRequestOf(parsed === undefined ? request : parsed.value);
    if (!written.ok) return invalid(written.violations);
    const addressed = addressedTo(written.request, call);
    const { message_id, trace_id } = addressed.message;
    this.#inFlight += 1;
    try {
      return await this.#call(RouteRequestCodec.encode({ ...addressed }), call, {
        request_id: message_id,
        ...(trace_id !== '' && { trace_id }),
      });
    } finally {
      this.#release();
    }
  }

  #call(bytes: Buffer, call: RouterCall, context: object): Promise<RouterAnswer> {
    const deadline = this.#wall.nowMs() + patienceOf(call, this.#timeoutMs);
    const metadata = toMetadata(call);
    return new Promise((resolve) => {
      const settle = (error: ServiceError | null, decision?: object): void => {
        if (error) resolve(answerOfError(error));
        else resolve({ kind: 'decided', body: toBody(decision ?? {}, context) });
      };
      this.#client.makeUnaryRequest(
        METHOD,
        (request: Buffer) => request,
        (reply: Buffer) => RouteDecisionCodec.decode(reply),
        bytes,
        metadata,
        { deadline },
        settle,
      );
    });
  }

  #release(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }
}

/** What a call says beats the request, as headers do over NATS. Ids go into the message: metadata holds ASCII only. */
function addressedTo(request: RouteRequestFields, call: RouterCall): RouteRequestFields {
  const { message } = request;
  return {
    ...request,
    idempotency_key: call.idempotencyKey || request.idempotency_key,
    message: {
      ...message,
      tenant_id: call.tenantId || message.tenant_id,
      trace_id: call.traceId || message.trace_id,
      span_id: call.spanId || message.span_id,
    },
  };
}

function toMetadata(call: RouterCall): Metadata {
  const { traceparent, attempt, workflowStep } = call;
  const criticality = spelt(call);
  const metadata = new Metadata();
  if (traceparent && METADATA_VALUE.test(traceparent)) {
    metadata.set(HEADERS.traceparent, traceparent);
  }
  if (criticality) metadata.set(OVERLOAD_HEADERS.criticality, criticality);
  if (attempt) metadata.set(OVERLOAD_HEADERS.attempt, String(attempt));
  if (workflowStep) metadata.set(OVERLOAD_HEADERS.workflowStep, String(workflowStep));
  return metadata;
}

/** The answer as it comes over NATS. */
function toBody(decision: object, context: object): Uint8Array {
  const { metadata, ...rest }: { readonly metadata?: object } = decision;
  const told = metadata && Object.keys(metadata).length > 0 ? { ...rest, metadata } : rest;
  return encoder.encode(JSON.stringify({ ok: true, decision: told, context }));
}

function invalid(violations: readonly Violation[]): RouterAnswer {
  return {
    kind: 'refused',
    error: {
      code: 'invalid_request',
      message: violations.map(describeViolation).join('; '),
      details: { violations },
      intakeErrorCode: null,
      requestId: undefined,
      wasSent: false,
    },
  };
}
