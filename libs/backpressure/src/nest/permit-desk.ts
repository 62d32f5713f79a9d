import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ignoreEvents, wallClock } from '@beamline/kernel';
import { incomingCall, type IncomingCall } from './incoming-call.js';
import { OverloadException } from './overload.exception.js';
import type { Protection } from './protection.js';
import type { ProtectionModuleOptions } from './protection-options.js';
import { MODULE_OPTIONS_TOKEN } from './protection.module-definition.js';
import { Protections } from './protections.js';
import { requestOfCall, tenantInHeaders } from './request-of-call.js';
import { Ticket, ticketOf } from './ticket.js';

/**
 * Where guard and interceptor of one request meet. The guard leaves a permit, the interceptor claims it; one that nobody
 * has claimed by the next turn of the event loop is given back, because a later guard has refused the request or has
 * to wait for something. An interceptor that comes after that asks anew.
 */
@Injectable()
export class PermitDesk {
  #waiting: Ticket[] = [];

  constructor(
    private readonly protections: Protections,
    @Inject(MODULE_OPTIONS_TOKEN) private readonly options: ProtectionModuleOptions,
  ) {}

  /** Asks for a permit unless the request has asked before. @throws OverloadException when it is refused. */
  leave(context: ExecutionContext): void {
    const protection = this.protections.of(context);
    if (protection === undefined) return;
    const call = incomingCall(context);
    if (ticketOf(call.key) !== undefined) return;
    const ticket = this.#admit(protection, call);
    this.#waiting.push(ticket);
    if (this.#waiting.length === 1) setImmediate(() => this.#returnUnclaimed());
  }

  /**
   * Takes the permit of a request, or asks for one. @returns `undefined` when the handler is not protected, or the
   * permit was claimed before. @throws OverloadException when it is refused.
   */
  claim(context: ExecutionContext): Ticket | undefined {
    const protection = this.protections.of(context);
    if (protection === undefined) return undefined;
    const call = incomingCall(context);
    const left = ticketOf(call.key);
    if (left?.isClaimed) return undefined;
    const ticket = left === undefined || left.isReturned ? this.#admit(protection, call) : left;
    ticket.claim();
    return ticket;
  }

  #admit(protection: Protection, call: IncomingCall): Ticket {
    const { mayRaise = nobody, tenantOf = tenantInHeaders, observe = ignoreEvents } = this.options;
    const request = requestOfCall(call, {
      criticality: protection.criticality,
      mayRaise,
      tenantOf,
      wall: wallClock,
      onCapped: () => observe({ type: 'criticality-capped', subject: protection.subject }),
    });
    const admission = protection.gate.admit(request);
    if (!admission.admitted) {
      throw OverloadException.of(admission.refusal, protection, call, request.tenantId);
    }
    return new Ticket(protection, call, admission.permit);
  }

  #returnUnclaimed(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const ticket of waiting) ticket.returnUnclaimed();
  }
}

function nobody(): boolean {
  return false;
}
