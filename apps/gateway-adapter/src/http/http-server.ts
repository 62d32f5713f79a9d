import type { GatewayConfig } from '@beamline/config';
import type {
  GatewayEvent,
  GatewayFailure,
  HttpAnswer,
  HttpHeaders,
  HttpRoute,
} from '@beamline/gateway-adapter';
import type { Observer } from '@beamline/kernel';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { brokenFailure, unreadableFailure } from './broken-failure.js';
import type { HttpRequest } from './http-types.js';

/** Time a client may take to send a whole request; slower ones would hold a connection for ever. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longest path parameter, in characters, still encoded: the ids in it may be 256. */
const MAX_PARAM_LENGTH = 1024;
const ROUTES: readonly (readonly [string, HttpRoute])[] = [
  ['/api/v1/routes/decide/:messageId', 'get_decision'],
  ['/api/v1/routes/decide', 'decide'],
  ['/api/v1/messages/:messageId/stream', 'message_stream'],
  ['/api/v1/messages/:messageId', 'message'],
  ['/api/v1/messages', 'messages'],
  ['/api/v1/policies', 'policies'],
  ['/api/v1/extensions', 'extensions'],
  ['/api/v1/backpressure/notifications', 'notifications'],
  ['/api/v1/backpressure', 'backpressure'],
  ['/api/openapi.json', 'openapi'],
  ['/health', 'health'],
  ['/_health', 'health'],
  ['/metrics', 'metrics'],
  ['/_metrics', 'metrics'],
];

interface Broken {
  readonly statusCode?: number | undefined;
}

/** The response below Fastify: a URL that no route can take is answered before Fastify's own reply is complete. */
interface RawReply {
  readonly raw: {
    writeHead(status: number, headers: Record<string, string>): unknown;
    end(body: string | Uint8Array): unknown;
  };
}

/** Answers what is so broken that it never reaches a route. */
export type RefuseBroken = (headers: HttpHeaders, failure: GatewayFailure) => HttpAnswer;

/**
 * Makes the HTTP server: bodies arrive as bytes, are bounded, and requests in flight are served to the end while it closes.
 */
export function createHttpAdapter(
  config: GatewayConfig,
  observe: Observer<GatewayEvent>,
  refuseBroken: RefuseBroken,
): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: config.gatewayMaxBodySize,
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false,
    // The last address is the one that the proxy in front has seen itself.
    trustProxy: config.gatewayTrustProxy ? (_address, hop) => hop < 1 : false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // No Nest middleware is used; its engine would cost every request a hook.
    skipMiddie: true,
    clientErrorHandler: (error, socket) =>
      endBroken(socket, refuseBroken({}, unreadableFailure(error))),
    frameworkErrors: ({ statusCode }: Broken, request: HttpRequest, reply: RawReply) => {
      const failure = brokenFailure(statusCode ?? 400);
      const { status, headers, body } = refuseBroken(request.headers, failure);
      reply.raw.writeHead(status, { ...headers });
      reply.raw.end(body);
    },
  });
  const server = adapter.getInstance();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  server.addHook('onResponse', (request, reply, done) => {
    observe({
      type: 'http-answered',
      route: routeOf(request.routeOptions.url),
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
    });
    done();
  });
  return adapter;
}

function routeOf(pattern: string | undefined): HttpRoute {
  if (pattern === undefined) return 'other';
  const found = ROUTES.find(([prefix]) => pattern.startsWith(prefix));
  return found?.[1] ?? 'other';
}

function endBroken(socket: Socket, { status, headers, body }: HttpAnswer): void {
  if (!socket.writable || socket.destroyed) return;
  const lines = Object.entries({ ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const length = Buffer.byteLength(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines,
    `content-length: ${length}`,
  ];
  // A client that keeps its own half open would hold the connection for ever.
  socket.end(`${head.join('\r\n')}\r\n\r\n${String(body)}`, () => socket.destroy());
}
