import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import type { GatewayTicket } from '../adapters/gateway-types.js';
import { ticketOf } from '../adapters/request-ticket.js';
import { outcomeOfGrpcStatus } from '../core/outcome-of-status.js';
import { gatewayCall } from './gateway-call.js';

/**
 * Settles tickets that their handlers do not settle. Over HTTP the status of the response decides, and a handler that
 * streams has been accepted with its first piece; over gRPC and messages the failure decides, or that there is none.
 */
@Injectable()
export class GatewayInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { key, transport, response } = gatewayCall(context, 0);
    const ticket = ticketOf(key);
    if (ticket === undefined) return next.handle();
    if (transport === 'http') {
      return next
        .handle()
        .pipe(tap(() => response && acceptEarly(ticket, response.head.statusCode)));
    }
    return next.handle().pipe(
      tap({
        next: () => settle(ticket, undefined),
        error: (error: unknown) => settle(ticket, error),
        complete: () => settle(ticket, undefined),
      }),
    );
  }
}

/** Otherwise the end of the response tells: see settleByResponse. */
function acceptEarly(ticket: GatewayTicket, status: number): void {
  if (status < 400 && !ticket.isSettled) ticket.settle('accepted');
}

function settle(ticket: GatewayTicket, error: unknown): void {
  if (!ticket.isSettled) ticket.settle(outcomeOfGrpcStatus(codeOf(error), ticket.wish.timeoutMs));
}

/** The gRPC status of a failure: its own, or that of what an `RpcException` wraps. */
function codeOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error) return error.code;
  if (!('getError' in error) || typeof error.getError !== 'function') return undefined;
  const told: unknown = error.getError();
  return typeof told === 'object' && told !== null && 'code' in told ? told.code : undefined;
}
