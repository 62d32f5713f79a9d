import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { EMPTY, type Observable, of, throwError } from 'rxjs';
import type { GrpcRefusal } from '@beamline/contracts';
import { responseOf } from './http-response.js';
import { grpcCallOf } from './incoming-call.js';
import { OverloadException } from './overload.exception.js';
import { attachHeaders } from './overload-serializer.js';

/** The one place where a refusal becomes an answer of its transport. */
@Catch(OverloadException)
export class OverloadFilter implements ExceptionFilter<OverloadException> {
  catch(exception: OverloadException, host: ArgumentsHost): unknown {
    return host.getType() === 'http' ? respond(exception, host) : answer(exception, host);
  }
}

function respond({ protection, refusal }: OverloadException, host: ArgumentsHost): void {
  const response = responseOf(host);
  const { status, headers, body } = protection.writer.http(refusal);
  if (response === undefined) throw new TypeError('the HTTP platform has no status, header, send');
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
  response.send(body);
}

function answer(exception: OverloadException, host: ArgumentsHost): Observable<unknown> {
  const { protection, refusal, call, tenantId } = exception;
  switch (call.transport) {
    case 'grpc': {
      const load = protection.load();
      return endCall(protection.grpcWriter.status(refusal, { load, tenantId }), host.getArgs());
    }
    case 'request-reply':
      return of(protection.writer.nats(refusal));
    case 'jetstream':
      handBack(host.getArgByIndex(0), refusal.retryAfterMs);
      return EMPTY;
    case 'http':
    case 'nats':
    case 'other':
      return throwError(() => failureOf(exception));
  }
}

/** Nest answers a failure of every handler but of those that were given the stream itself: these it lets go unheard. */
function endCall(status: GrpcRefusal, args: readonly unknown[]): Observable<unknown> {
  const [first, callback] = args;
  if (first === undefined || grpcCallOf(args) !== first) return throwError(() => status);
  if (typeof callback === 'function') callback(status);
  else grpcCallOf(args)?.emit('error', status);
  return of(undefined);
}

/** What Nest's clients get as an error; over NATS, {@link OverloadSerializer} adds the headers. */
function failureOf({ protection, refusal }: OverloadException): object {
  const body: object = JSON.parse(protection.writer.jsonBody(refusal));
  const failure = { status: 'error', message: protection.writer.message(refusal), ...body };
  attachHeaders(failure, protection.writer.natsHeaders(refusal));
  return failure;
}

/** A stored message is never lost for overload: it comes again when there may be room, retryable or not. */
function handBack(message: unknown, delayMs: number): void {
  if (isDelivery(message)) message.nak(Math.max(1, Math.ceil(delayMs)));
}

function isDelivery(value: unknown): value is { nak(delayMs: number): void } {
  return typeof value === 'object' && value !== null && 'nak' in value;
}
