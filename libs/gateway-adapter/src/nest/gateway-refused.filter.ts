import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type Observable, of, throwError } from 'rxjs';
import type { GrpcFailure } from '../adapters/gateway-refusal.js';
import { grpcCallOf, type GrpcMetadata } from './gateway-call.js';
import { GatewayRefusedException } from './gateway-refused.exception.js';

/** What Fastify's reply and Express's response have in common. */
interface HttpResponse {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string | Uint8Array): unknown;
}

/** The one place where a refusal becomes an answer of its transport. */
@Catch(GatewayRefusedException)
export class GatewayRefusedFilter implements ExceptionFilter<GatewayRefusedException> {
  catch({ answer, refusal }: GatewayRefusedException, host: ArgumentsHost): unknown {
    const args: readonly unknown[] = host.getArgs();
    if (host.getType() === 'http') return respond(args[1], answer);
    const call = grpcCallOf(args);
    if (call === undefined) return throwError(() => messageFailure(refusal.nats().body));
    return endCall(grpcStatus(refusal.grpc(), call.metadata), args);
  }
}

function respond(response: unknown, answer: GatewayRefusedException['answer']): void {
  if (!isHttpResponse(response)) {
    throw new TypeError('the HTTP platform has no status, header, send');
  }
  response.status(answer.status);
  for (const [name, value] of Object.entries(answer.headers)) response.header(name, value);
  response.send(answer.body);
}

/** A failure as `@grpc/grpc-js` wants it, with metadata of the caller's own class: the package may be there twice. */
function grpcStatus({ code, details, metadata }: GrpcFailure, ofCaller: GrpcMetadata): object {
  const trailers = ofCaller.clone();
  for (const name of Object.keys(trailers.getMap())) trailers.remove(name);
  for (const [name, value] of Object.entries(metadata)) trailers.set(name, value);
  return { code, details, message: details, metadata: trailers };
}

/** Nest answers a failure of every handler but of those that were given the stream itself: these it lets go unheard. */
function endCall(status: object, args: readonly unknown[]): Observable<unknown> {
  const [first, callback] = args;
  if (first === undefined || grpcCallOf(args) !== first) return throwError(() => status);
  if (typeof callback === 'function') callback(status);
  else if (isEmitter(first)) first.emit('error', status);
  return of(undefined);
}

/** What clients of Nest's message transports get as an error. */
function messageFailure(body: string): object {
  const told: unknown = JSON.parse(body);
  return { status: 'error', ...(typeof told === 'object' ? told : {}) };
}

function isHttpResponse(value: unknown): value is HttpResponse {
  return (
    typeof value === 'object' &&
    value !== null &&
    'status' in value &&
    'header' in value &&
    'send' in value
  );
}

function isEmitter(value: unknown): value is { emit(event: string, value: unknown): unknown } {
  return typeof value === 'object' && value !== null && 'emit' in value;
}
