import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createSocketServer, type Server, type Socket } from 'node:net';
import type { GatewayNotificationDocument } from '@beamline/contracts/core';
import { eventually, type Recorder, recorder } from '@beamline/testing';
import type { Delivery, GatewayEndpoint, NotificationEvent } from '../core/index.js';
import type { TestCertificate } from './certificate.fixture.js';
import { EndpointGuard } from './endpoint-guard.js';
import { endpointIdOf } from './endpoint-id.js';
import { WebhookCourier } from './webhook-courier.js';
import type { WebhookCourierOptions } from './webhook-courier-options.js';

/** A request as a gateway got it. */
interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly document: GatewayNotificationDocument;
}

/** A gateway that listens on a port of its own. */
export interface TestGateway {
  readonly endpoint: GatewayEndpoint;
  readonly port: number;
  readonly received: readonly Received[];
  /** Connections that were opened so far. */
  readonly connections: number;
}

/** Answers a request whose body was read; `count` from 1. */
export type Answer = (response: ServerResponse, count: number, request: IncomingMessage) => void;

export const answerYes: Answer = (response) => void response.writeHead(204).end();

/** The couriers and gateways of one spec file, and their end. */
export class WebhookParts {
  readonly #ends: (() => Promise<void>)[] = [];

  /** To be called after each test. */
  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).toReversed()) await end();
  }

  /** A courier without pauses that has all the time of a slow machine, and what it told. */
  courier(options: Partial<WebhookCourierOptions> = {}): {
    readonly courier: WebhookCourier;
    readonly told: Recorder<NotificationEvent>;
  } {
    const told = recorder<NotificationEvent>();
    const courier = new WebhookCourier({
      guard: new EndpointGuard(),
      timeoutMs: 20_000,
      random: () => 0,
      stopWithinMs: 0,
      observe: told.observe,
      ...options,
    });
    this.#ends.push(() => courier.stop());
    return { courier, told };
  }

  /** How the one notification to an endpoint ends. */
  async fateAt(
    endpoint: GatewayEndpoint,
    options: Partial<WebhookCourierOptions> = {},
  ): Promise<Delivery> {
    const { courier, told } = this.courier(options);
    courier.send(endpoint, aNotification());
    await eventually(() => told.events.length > 0);
    const [delivery] = courier.deliveries(endpoint.endpointId);
    if (delivery === undefined) throw new Error('nothing was written down');
    return delivery;
  }

  /** A gateway over HTTP, or HTTPS with a certificate. */
  async gateway(answer: Answer = answerYes, certificate?: TestCertificate): Promise<TestGateway> {
    const received: Received[] = [];
    const listener: RequestListener = (request, response) => {
      void bodyOf(request).then((body) => {
        const { method, url: path, headers } = request;
        received.push({ method, path, headers, body, document: JSON.parse(body) });
        answer(response, received.length, request);
      });
    };
    const server =
      certificate === undefined
        ? createServer(listener)
        : createSecureServer(certificate, listener);
    const { port, connections } = await this.#listen(server);
    const scheme = certificate === undefined ? 'http' : 'https';
    return {
      endpoint: anEndpoint(`${scheme}://127.0.0.1:${port}/api/backpressure`),
      port,
      received,
      get connections() {
        return connections();
      },
    };
  }

  /** An endpoint that does with connections what it likes. */
  async listener(serve: (socket: Socket) => void): Promise<GatewayEndpoint> {
    const server = createSocketServer((socket) => {
      socket.on('error', () => undefined);
      serve(socket);
    });
    const { port } = await this.#listen(server);
    return anEndpoint(`http://127.0.0.1:${port}/`);
  }

  async #listen(server: Server): Promise<{ port: number; connections: () => number }> {
    const open = new Set<Socket>();
    let connections = 0;
    server.on('connection', (socket: Socket) => {
      connections += 1;
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    this.#ends.push(async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return { port: address.port, connections: () => connections };
  }
}

/** An endpoint as the registry hands it over. */
export function anEndpoint(endpoint: string): GatewayEndpoint {
  return { endpointId: endpointIdOf(endpoint), endpoint, registeredAtMs: 0, source: 'api' };
}

/** A notification that a slow machine has all the time to deliver. */
export function aNotification(
  changes: Partial<GatewayNotificationDocument> = {},
): GatewayNotificationDocument {
  return {
    type: 'backpressure_status',
    status: 'active',
    subject: 'beamline.router.v1.decide',
    metrics: { pending_messages: 10, latency_p95_ms: 20, inflight_messages: 30 },
    timestamp: 1_700_000_000_000,
    retry_after_seconds: 30,
    effective_status: 'active',
    epoch: 1_700_000_000_000,
    seq: 1,
    ttl_ms: 600_000,
    credit: 12.5,
    ...changes,
  };
}

/** What of a delivery tells how it ended. */
export function endingsOf(deliveries: readonly Delivery[]): readonly unknown[] {
  return deliveries.map(({ seq, outcome, failure, httpStatus, attempts }) => ({
    seq,
    outcome,
    attempts,
    ...(failure !== undefined && { failure }),
    ...(httpStatus !== undefined && { httpStatus }),
  }));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
