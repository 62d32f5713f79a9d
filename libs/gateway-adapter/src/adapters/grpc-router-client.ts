import {
  type ChannelCredentials,
  Client,
  credentials as grpcCredentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';

import { HEADERS, IDEMPOTENCY_KEY_HEADERS, OVERLOAD_HEADERS } from '@beamline/contracts/core';
import {
  type Clock,
  ignoreEvents,
  monotonicClock,
  type Observer,
  wallClock,
} from '@beamline/kernel';

import type { GatewayEvent } from '../core/gateway.events.js';
import { routeRequestOf } from '../core/route-request-of.js';
import type { RouterAnswer } from '../core/router-answer.js';
import { describeViolation, type Violation } from '../core/violation.js';
import type { RouterPort } from './gateway-types.js';
import { answerOfError } from './grpc-answer.js';
import { RouteDecisionCodec, RouteRequestCodec } from './grpc-messages.js';
import { parseJson } from './parse-json.js';
import type { RouterCall } from './router-call.js';

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
const [IDEMPOTENCY_KEY = 'idempotency_key'] = IDEMPOTENCY_KEY_HEADERS;
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
  #inFlight = 0;
  #closed = false;

  /** @throws RangeError when an option is out of range. */
  constructor(
    options: GrpcRouterClientOptions,
    private readonly observe: Observer<GatewayEvent> = ignoreEvents,
  ) {
    this.#timeoutMs = atLeastOne('timeoutMs', options.timeoutMs ?? 5000);
    this.#maxInFlight = atLeastOne('maxInFlight', options.maxInFlight ?? 1000);
    this.#clock = options.clock ?? monotonicClock;
    this.#wall = options.wall ?? wallClock;
    const credentials = options.credentials ?? grpcCredentials.createInsecure();
    this.#client = new Client(options.address, credentials, {
      'grpc.enable_retries': 0,
      'grpc.max_receive_message_length': atLeastOne(
        'maxReplyBytes',
        options.maxReplyBytes ?? 1_048_576,
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

  /** As `RouterClient.decide`. What gRPC has no field for is refused as `invalid_request`. @throws TypeError when a value of `call` cannot be metadata. */
  async decide(request: Uint8Array | object, call: RouterCall): Promise<RouterAnswer> {
    const startedMs = this.#clock.nowMs();
    const answer = this.#refusal() ?? (await this.#exchange(request, call));
    const outcome = answer.kind === 'unavailable' ? answer.reason : answer.kind;
    const durationMs = this.#clock.nowMs() - startedMs;
    this.observe({ type: 'router-asked', operation: 'decide', outcome, durationMs });
    return answer;
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
    const body = request instanceof Uint8Array ? parseJson(request) : { ok: true, value: request };
    if (!body.ok) return invalid([{ path: 'body', rule: 'must be JSON in UTF-8' }]);
    const written = routeRequestOf('value' in body ? body.value : undefined);
    if (!written.ok) return invalid(written.violations);
    const { message } = written.request;
    const metadata = toMetadata(call);
    const bytes = RouteRequestCodec.encode({ ...written.request });
    const context = contextOf(message.message_id, call.traceId ?? message.trace_id);
    this.#inFlight += 1;
    try {
      return await this.#call(bytes, metadata, call.timeoutMs ?? this.#timeoutMs, context);
    } finally {
      this.#release();
    }
  }

  #call(
    bytes: Buffer,
    metadata: Metadata,
    timeoutMs: number,
    context: object,
  ): Promise<RouterAnswer> {
    const deadline = this.#wall.nowMs() + timeoutMs;
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

function toMetadata(call: RouterCall): Metadata {
  const metadata = new Metadata();
  add(metadata, HEADERS.tenantId, call.tenantId);
  add(metadata, HEADERS.traceId, call.traceId);
  add(metadata, HEADERS.traceparent, call.traceparent);
  add(metadata, HEADERS.spanId, call.spanId);
  add(metadata, IDEMPOTENCY_KEY, call.idempotencyKey);
  add(metadata, OVERLOAD_HEADERS.criticality, call.criticality);
  if (call.attempt) add(metadata, OVERLOAD_HEADERS.attempt, String(call.attempt));
  return metadata;
}

function add(metadata: Metadata, name: string, value: string | undefined): void {
  if (!value) return;
  if (!METADATA_VALUE.test(value))
    throw new TypeError(`the metadata ${name} must be printable ASCII`);
  metadata.set(name, value);
}

function contextOf(requestId: string, traceId: string): object {
  return traceId ? { request_id: requestId, trace_id: traceId } : { request_id: requestId };
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
    },
  };
}

function atLeastOne(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 1) return value;
  throw new RangeError(`GrpcRouterClient ${name} must be ≥ 1 (got ${value})`);
}
