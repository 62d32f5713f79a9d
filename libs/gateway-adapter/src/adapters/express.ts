import type { HttpHeaders } from '../core/check-headers.js';
import type { Gateway } from './gateway-types.js';
import { type NodeResponse, sendAnswer, settleByResponse } from './node-response.js';
import { readBody, type BodyStream } from './read-body.js';
import { isLetIn, keepTicket, type RouterProtectedOptions } from './request-ticket.js';

/** What is needed of a request of Express, Connect, or Node's own HTTP server. */
export interface NodeRequest {
  readonly headers: HttpHeaders;
}

/** A middleware of Express, Connect, or anything that has their shape. */
export type NodeMiddleware<Request> = (
  request: Request,
  response: NodeResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Lets requests in as far as the router can serve them and refuses the others with 429 or 503. The handler finds the
 * ticket by `ticketOf(request)`; a ticket that nobody settles is settled by the status of the response. A request that was
 * let in for the subject before is not asked again.
 * @throws RangeError when the subject cannot be one.
 */
export function routerProtected(
  gateway: Pick<Gateway, 'admission'>,
  { subject }: RouterProtectedOptions = {},
): NodeMiddleware<NodeRequest> {
  const gate = gateway.admission(subject);
  return (request, response, next) => {
    if (isLetIn(request, gate.subject)) return next();
    const entry = gate.enter(request.headers);
    if (!entry.admitted) return sendAnswer(response, entry.refusal.http(request.headers));
    keepTicket(request, entry.ticket);
    settleByResponse(entry.ticket, response);
    next();
  };
}

/**
 * Handles notifications that the router posts. Mount it before body parsers: the signature is of the bytes as they came.
 */
export function receiveNotifications(
  gateway: Pick<Gateway, 'receive'>,
): NodeMiddleware<NodeRequest & BodyStream> {
  return (request, response, next) => {
    readBody(request, (read) => {
      if (read.ok) sendAnswer(response, gateway.receive(request.headers, read.body));
      else next(read.error);
    });
  };
}

export { sendAnswer };
