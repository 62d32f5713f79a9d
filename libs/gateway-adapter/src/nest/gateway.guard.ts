import { wallClock } from '@beamline/kernel';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Gateway } from '../adapters/gateway-types.js';
import { settleByResponse } from '../adapters/node-response.js';
import { isLetIn, keepTicket } from '../adapters/request-ticket.js';
import { GATEWAY } from './gateway-adapter.module-definition.js';
import { gatewayCall } from './gateway-call.js';
import { GatewayRefusedException } from './gateway-refused.exception.js';
import { protectedSubject } from './protected-subject.js';

/** Refuses requests that the router cannot serve now, before anything of them is read but their headers. */
@Injectable()
export class GatewayGuard implements CanActivate {
  constructor(@Inject(GATEWAY) private readonly gateway: Pick<Gateway, 'admission'>) {}

  /** @throws GatewayRefusedException when the request is refused. */
  canActivate(context: ExecutionContext): boolean {
    const gate = this.gateway.admission(protectedSubject(context));
    const { key, headers, response } = gatewayCall(context, wallClock.nowMs());
    if (isLetIn(key, gate.subject)) return true;
    const entry = gate.enter(headers);
    if (!entry.admitted) throw GatewayRefusedException.of(entry.refusal, headers);
    keepTicket(key, entry.ticket);
    if (response) settleByResponse(entry.ticket, response.node, response.head);
    return true;
  }
}
