import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  SetMetadata,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { GatewayTicket } from '../adapters/gateway-types.js';
import { ticketOf } from '../adapters/request-ticket.js';
import { gatewayCall } from './gateway-call.js';
import { GATEWAY } from './gateway-adapter.module-definition.js';
import { GatewayGuard } from './gateway.guard.js';
import { GatewayInterceptor } from './gateway.interceptor.js';
import { GatewayRefusedFilter } from './gateway-refused.filter.js';
import { PROTECTED_SUBJECT } from './protected-subject.js';

/**
 * Lets requests of a handler, or of all handlers of a controller, in as far as the router can serve them; the others are
 * refused before their pipes run: with 429 or 503 over HTTP, RESOURCE_EXHAUSTED over gRPC, an error over messages.
 * `subject` is the subject of the router that the requests are for; default: the gateway's. Needs
 * {@link GatewayAdapterModule}.
 */
export function RouterProtected(subject?: string): ClassDecorator & MethodDecorator {
  return applyDecorators(
    SetMetadata(PROTECTED_SUBJECT, subject),
    UseGuards(GatewayGuard),
    UseInterceptors(GatewayInterceptor),
    UseFilters(GatewayRefusedFilter),
  );
}

/**
 * Gives a handler the {@link GatewayTicket} of its request, to hand it to `gateway.decide` or to settle it; `undefined`
 * where nothing protects the handler. With it on a message handler, the other parameters need `@Payload()` and `@Ctx()`.
 */
export const RouterTicket = createParamDecorator(
  (_data: unknown, context: ExecutionContext): GatewayTicket | undefined =>
    ticketOf(gatewayCall(context, 0).key),
);

/** Injects the {@link Gateway}: `constructor(@InjectGateway() private readonly gateway: Gateway)`. */
export function InjectGateway(): ParameterDecorator & PropertyDecorator {
  return Inject(GATEWAY);
}
