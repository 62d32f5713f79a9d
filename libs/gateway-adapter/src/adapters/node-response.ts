import type { HttpAnswer } from '../core/http-answer.js';
import { outcomeOfStatus } from '../core/outcome-of-status.js';
import type { GatewayTicket } from './gateway-types.js';

/** What is needed of Node's `http.ServerResponse`, which Express's response is and Fastify's reply has as `raw`. */
export interface NodeResponse {
  statusCode: number;
  readonly writableFinished: boolean;
  getHeader(name: string): unknown;
  setHeader(name: string, value: string): unknown;
  end(body: string | Uint8Array): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** Sends an answer of the gateway; bytes go out as they are. */
export function sendAnswer(response: NodeResponse, { status, headers, body }: HttpAnswer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}

/**
 * Settles a ticket by the response, once that is sent, unless its handler has settled it before. A caller who left
 * before the end settles nothing: that says nothing about the router. `head`: where the handler has put `Retry-After`;
 * Fastify keeps headers in its reply.
 */
export function settleByResponse(
  ticket: GatewayTicket,
  response: NodeResponse,
  head: Pick<NodeResponse, 'getHeader'> = response,
): void {
  response.once('close', () => {
    if (ticket.isSettled || !response.writableFinished) return;
    const retryAfter = head.getHeader('retry-after');
    ticket.settle(outcomeOfStatus(response.statusCode, retryAfter, ticket.wish.timeoutMs));
  });
}
