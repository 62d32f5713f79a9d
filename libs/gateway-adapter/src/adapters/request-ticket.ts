import type { GatewayTicket } from './gateway-types.js';

/** A request of Node, or of a framework that keeps Node's in `raw`. */
export interface RequestLike {
  readonly raw?: object;
}

/** How requests are let in. */
export interface RouterProtectedOptions {
  /** The subject of the router that the requests are for. Default: the gateway's. */
  readonly subject?: string;
}

const tickets = new WeakMap<object, GatewayTicket>();

/** The ticket of a request that a guard, a middleware or a hook let in; `undefined` when none did. */
export function ticketOf(request: object & RequestLike): GatewayTicket | undefined {
  return tickets.get(request.raw ?? request);
}

/** Keeps the ticket of a request for as long as there is the request. */
export function keepTicket(request: object & RequestLike, ticket: GatewayTicket): void {
  tickets.set(request.raw ?? request, ticket);
}

/** Whether a request holds a ticket for a subject. */
export function isLetIn(request: object & RequestLike, subject: string): boolean {
  return ticketOf(request)?.subject === subject;
}
