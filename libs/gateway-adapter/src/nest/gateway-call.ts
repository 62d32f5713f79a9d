import { OVERLOAD_HEADERS } from '@beamline/contracts/core';
import type { ExecutionContext } from '@nestjs/common';
import type { NodeResponse } from '../adapters/node-response.js';
import type { HttpHeaders } from '../core/check-headers.js';

/** A request in Nest's hands, over HTTP, gRPC or messages. */
export interface GatewayCall {
  readonly transport: 'http' | 'grpc' | 'message';
  /** The same object for guard, interceptor and handler of one request. */
  readonly key: object;
  /** Headers, metadata, or headers of a message, by lower-case name. */
  readonly headers: HttpHeaders;
  /** Over HTTP. */
  readonly response: HttpReply | undefined;
}

/** Node's own response, and the framework's, which knows status and headers before they are sent. */
interface HttpReply {
  readonly node: NodeResponse;
  readonly head: Pick<NodeResponse, 'statusCode' | 'getHeader'>;
}

/** What is needed of the metadata of `@grpc/grpc-js`. */
export interface GrpcMetadata {
  clone(): GrpcMetadata;
  getMap(): Readonly<Record<string, string | Uint8Array>>;
  remove(name: string): void;
  set(name: string, value: string | Buffer): void;
}

interface GrpcCall {
  readonly metadata: GrpcMetadata;
  getDeadline(): Date | number;
}

/** Headers of a NATS message. */
interface MessageHeaders {
  keys(): Iterable<string>;
  get(name: string): string;
}

/** Takes a request out of Nest's hands. `unixMs`: the time now, against which gRPC's deadline counts. */
export function gatewayCall(context: ExecutionContext, unixMs: number): GatewayCall {
  const args: readonly unknown[] = context.getArgs();
  const [first, second] = args;
  if (context.getType() === 'http') {
    return {
      transport: 'http',
      key: isObject(first) ? first : args,
      headers: isObject(first) && 'headers' in first ? recordOf(first.headers) : {},
      response: replyOf(second),
    };
  }
  const call = grpcCallOf(args);
  return {
    transport: call ? 'grpc' : 'message',
    key: [second, first].find(isObject) ?? args,
    headers: call ? headersOfGrpc(call, unixMs) : headersOfMessage(second),
    response: undefined,
  };
}

/** gRPC's call among the arguments of a handler: the third, or the first where the stream is passed through. */
export function grpcCallOf(args: readonly unknown[]): GrpcCall | undefined {
  const [first, , third] = args;
  return [third, first].find(isGrpcCall);
}

/** gRPC has a deadline of its own: what is left of it is the caller's patience. */
function headersOfGrpc(call: GrpcCall, unixMs: number): HttpHeaders {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(call.metadata.getMap())) {
    if (typeof value === 'string') headers[name] = value;
  }
  const leftMs = Number(call.getDeadline()) - unixMs;
  if (Number.isFinite(leftMs)) {
    headers[OVERLOAD_HEADERS.timeoutMs] = String(Math.max(1, Math.round(leftMs)));
  }
  return headers;
}

function headersOfMessage(context: unknown): HttpHeaders {
  if (!isObject(context) || !('getHeaders' in context)) return {};
  const { getHeaders } = context;
  const found: unknown = typeof getHeaders === 'function' ? getHeaders.call(context) : undefined;
  if (!isMessageHeaders(found)) return {};
  return Object.fromEntries([...found.keys()].map((name) => [name.toLowerCase(), found.get(name)]));
}

/** Fastify's reply has Node's response inside; Express's response is one. */
function replyOf(response: unknown): HttpReply | undefined {
  const node = isObject(response) && 'raw' in response ? response.raw : response;
  if (!isNodeResponse(node)) return undefined;
  return { node, head: isHead(response) ? response : node };
}

function recordOf(value: unknown): HttpHeaders {
  return isHeaders(value) ? value : {};
}

function isHeaders(value: unknown): value is HttpHeaders {
  return isObject(value);
}

function isNodeResponse(value: unknown): value is NodeResponse {
  return isObject(value) && 'writableFinished' in value && 'setHeader' in value;
}

function isHead(value: unknown): value is HttpReply['head'] {
  return isObject(value) && 'statusCode' in value && 'getHeader' in value;
}

function isGrpcCall(value: unknown): value is GrpcCall {
  return isObject(value) && 'getDeadline' in value && 'metadata' in value;
}

function isMessageHeaders(value: unknown): value is MessageHeaders {
  return isObject(value) && 'keys' in value && 'get' in value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
