import type { HttpHeaders } from '../core/check-headers.js';
import type { HttpAnswer } from '../core/http-answer.js';
import type { Gateway } from './gateway-types.js';
import { type NodeResponse, settleByResponse } from './node-response.js';
import { MAX_NOTIFICATION_BYTES } from './read-body.js';
import { isLetIn, keepTicket, type RouterProtectedOptions } from './request-ticket.js';

/** What is needed of Fastify's request. */
export interface FastifyRequestLike {
  readonly headers: HttpHeaders;
  readonly raw: object;
  readonly body?: unknown;
}

/** What is needed of Fastify's reply. */
export interface FastifyReplyLike {
  readonly raw: NodeResponse;
  getHeader(name: string): unknown;
  code(status: number): unknown;
  headers(values: Record<string, string>): unknown;
  send(body: string | Buffer): unknown;
}

/** An `onRequest` or `preHandler` hook of Fastify. */
export type FastifyHook = (
  request: FastifyRequestLike,
  reply: FastifyReplyLike,
  done: () => void,
) => void;

/** What is needed of a Fastify instance to add a route. */
export interface FastifyLike {
  removeContentTypeParser(type: string): unknown;
  addContentTypeParser(
    type: string,
    options: { readonly parseAs: 'buffer'; readonly bodyLimit: number },
    parser: (
      request: unknown,
      body: Buffer,
      done: (error: Error | null, body?: unknown) => void,
    ) => void,
  ): unknown;
  setErrorHandler(
    handler: (error: unknown, request: FastifyRequestLike, reply: FastifyReplyLike) => unknown,
  ): unknown;
  post(
    path: string,
    handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => unknown,
  ): unknown;
}

/** Stands for a body that was not read, because it is too long. */
const TOO_LONG = new Uint8Array(MAX_NOTIFICATION_BYTES + 1);

/**
 * A hook that lets requests in as far as the router can serve them and refuses the others with 429 or 503:
 * `app.post(path, { onRequest: routerProtected(gateway) }, handler)`. The handler finds the ticket by `ticketOf(request)`; a
 * ticket that nobody settles is settled by the status of the reply. A request that was let in for the subject before is not asked again.
 * @throws RangeError when the subject cannot be one.
 */
export function routerProtected(
  gateway: Pick<Gateway, 'admission'>,
  { subject }: RouterProtectedOptions = {},
): FastifyHook {
  const gate = gateway.admission(subject);
  return (request, reply, done) => {
    if (isLetIn(request, gate.subject)) return done();
    const entry = gate.enter(request.headers);
    if (!entry.admitted) return sendAnswer(reply, entry.refusal.http(request.headers));
    keepTicket(request, entry.ticket);
    settleByResponse(entry.ticket, reply.raw, reply);
    done();
  };
}

/** A plugin with the route to which the router posts notifications: `app.register(receiveNotifications(gateway))`. */
export function receiveNotifications(
  gateway: Pick<Gateway, 'receive'>,
  path = '/api/v1/backpressure/notifications',
): (app: FastifyLike) => Promise<void> {
  return (app) => {
    // Inside the plugin alone: the signature is of the bytes as they came.
    app.removeContentTypeParser('application/json');
    const options = { parseAs: 'buffer', bodyLimit: MAX_NOTIFICATION_BYTES } as const;
    app.addContentTypeParser('application/json', options, (_request, body, done) =>
      done(null, body),
    );
    app.setErrorHandler((error, { headers }, reply) => {
      if (!isTooLong(error)) throw error;
      sendAnswer(reply, gateway.receive(headers, TOO_LONG));
    });
    app.post(path, (request, reply) => {
      const { headers, body } = request;
      sendAnswer(reply, gateway.receive(headers, body instanceof Uint8Array ? body : undefined));
    });
    return Promise.resolve();
  };
}

/** Sends an answer of the gateway; bytes go out as they are. */
export function sendAnswer(reply: FastifyReplyLike, { status, headers, body }: HttpAnswer): void {
  const payload =
    typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  reply.code(status);
  reply.headers({ ...headers });
  reply.send(payload);
}

function isTooLong(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'statusCode' in error && error.statusCode === 413
  );
}
