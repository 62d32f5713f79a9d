import { type ExecutionContext, Injectable } from '@nestjs/common';
import { incomingCall, keyOf } from './incoming-call.js';
import { OverloadException } from './overload.exception.js';
import type { Protection } from './protection.js';
import { Protections } from './protections.js';
import { requestOfCall } from './request-of-call.js';
import { Ticket, ticketOf } from './ticket.js';

/**
 * Where guard and interceptor of one request meet. The guard leaves a permit, the interceptor claims it; one that nobody
 * has claimed by the next turn of the event loop is given back, because a later guard has refused the request or has
 * to wait for something. An interceptor that comes after that asks anew.
 */
@Injectable()
export class PermitDesk {
  #waiting: Ticket[] = [];

  constructor(private readonly protections: Protections) {}

  /** Asks for a permit unless the request has asked before. @throws OverloadException when it is refused. */
  leave(context: ExecutionContext): void {
    const protection = this.protections.of(context);
    if (protection === undefined || ticketOf(keyOf(context)) !== undefined) return;
    this.#waiting.push(admit(context, protection));
    if (this.#waiting.length === 1) setImmediate(() => this.#returnUnclaimed());
  }

  /**
   * Takes the permit of a request, or asks for one. @returns `undefined` when the handler is not protected, or the
   * permit was claimed before. @throws OverloadException when it is refused.
   */
  claim(context: ExecutionContext): Ticket | undefined {
    const protection = this.protections.of(context);
    if (protection === undefined) return undefined;
    const left = ticketOf(keyOf(context));
    if (left?.isClaimed) return undefined;
    const ticket = left === undefined || left.isReturned ? admit(context, protection) : left;
    ticket.claim();
    return ticket;
  }

  #returnUnclaimed(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const ticket of waiting) ticket.returnUnclaimed();
  }
}

function admit(context: ExecutionContext, protection: Protection): Ticket {
  const call = incomingCall(context);
  const request = requestOfCall(call, protection.rules);
  const admission = protection.gate.admit(request);
  if (admission.admitted) return new Ticket(protection, call, request, admission.permit);
  throw OverloadException.of(admission.refusal, protection, call, request.tenantId);
}
