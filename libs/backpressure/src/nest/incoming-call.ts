import type { ExecutionContext } from '@nestjs/common';
import { NatsContext } from '@nestjs/microservices';
import { rawResponse } from './http-response.js';

/**
 * How a request came. `request-reply` and `jetstream` are the strategies of `@beamline/jetstream`, `nats` is Nest's own
 * transport; `other`: any transport of Nest whose headers are not read.
 */
type CallTransport = 'http' | 'grpc' | 'nats' | 'request-reply' | 'jetstream' | 'other';

/** A request before its body is looked at. */
export interface IncomingCall {
  readonly transport: CallTransport;
  /** What the permit of the request is kept at: one object for its guard, its interceptor and its handler. */
  readonly key: object;
  /** A header, or gRPC metadata, by its name in any case; `undefined` when there is none. */
  header(name: string): string | undefined;
  /** When its caller stops waiting by gRPC's own deadline, in Unix milliseconds; `undefined`: not told. */
  deadlineMs(): number | undefined;
  /** Whether its caller has hung up (HTTP/1) or cancelled it (gRPC). Nobody can tell over NATS. */
  isAbandoned(): boolean;
}

/** The part of gRPC's server call that is needed here. */
export interface GrpcCall {
  readonly metadata: GrpcMetadata;
  readonly cancelled: boolean;
  /** Of streams. */
  readonly destroyed?: boolean;
  getDeadline(): Date | number;
  once(event: string, listener: () => void): unknown;
  emit(event: string, value: unknown): unknown;
}

interface GrpcMetadata {
  get(name: string): readonly (string | Buffer)[];
}

/** Headers of NATS, and of our own strategies. */
interface Headers {
  get(name: string): string | undefined;
}

/** The object that stands for a request, the same for its guard, its interceptor and its handler. */
export function keyOf(context: ExecutionContext): object {
  const args: readonly unknown[] = context.getArgs();
  const [first, second] = args;
  if (context.getType() !== 'http' && isObject(second)) return second;
  return isObject(first) ? first : args;
}

/** Takes a request out of Nest's hands, over whatever it came. */
export function incomingCall(context: ExecutionContext): IncomingCall {
  const args: readonly unknown[] = context.getArgs();
  const [first, second] = args;
  const key = keyOf(context);
  if (context.getType() === 'http') return new HttpCall(key, first, second);
  if (second instanceof NatsContext) return new RpcCall('nats', key, second.getHeaders());
  const grpc = grpcCallOf(args);
  if (grpc !== undefined) return new RpcCall('grpc', key, grpc);
  if (!isMessage(first)) return new RpcCall('other', key, undefined);
  return new RpcCall('nak' in first ? 'jetstream' : 'request-reply', key, first.headers);
}

/** gRPC's call among the arguments of a handler: the third, or the first where the stream is passed through. */
export function grpcCallOf(args: readonly unknown[]): GrpcCall | undefined {
  const [first, , third] = args;
  if (isGrpcCall(third)) return third;
  return isGrpcCall(first) ? first : undefined;
}

class HttpCall implements IncomingCall {
  readonly transport = 'http';
  readonly #headers: Readonly<Record<string, unknown>>;

  constructor(
    readonly key: object,
    request: unknown,
    private readonly response: unknown,
  ) {
    const headers: unknown = isObject(request) && 'headers' in request ? request.headers : {};
    this.#headers = isRecord(headers) ? headers : {};
  }

  header(name: string): string | undefined {
    const value = this.#headers[name] ?? this.#headers[name.toLowerCase()];
    return typeof value === 'string' ? value : undefined;
  }

  deadlineMs(): undefined {
    return undefined;
  }

  isAbandoned(): boolean {
    return rawResponse(this.response)?.destroyed === true;
  }
}

class RpcCall implements IncomingCall {
  constructor(
    readonly transport: CallTransport,
    readonly key: object,
    private readonly source: unknown,
  ) {}

  header(name: string): string | undefined {
    if (isGrpcCall(this.source)) {
      const [value] = this.source.metadata.get(name);
      return typeof value === 'string' ? value : undefined;
    }
    if (!hasGet(this.source)) return undefined;
    return this.source.get(name) || undefined;
  }

  deadlineMs(): number | undefined {
    if (!isGrpcCall(this.source)) return undefined;
    const deadlineMs = Number(this.source.getDeadline());
    return Number.isFinite(deadlineMs) ? deadlineMs : undefined;
  }

  isAbandoned(): boolean {
    return isGrpcCall(this.source) && this.source.cancelled;
  }
}

function isGrpcCall(value: unknown): value is GrpcCall {
  return isObject(value) && 'getDeadline' in value && 'metadata' in value;
}

/** A message of our own strategies. */
function isMessage(value: unknown): value is object & { readonly headers: Headers } {
  return isObject(value) && 'data' in value && 'headers' in value && hasGet(value.headers);
}

function hasGet(value: unknown): value is Headers {
  return isObject(value) && 'get' in value && typeof value.get === 'function';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
