import { createServer, type IncomingMessage } from 'node:http';
import { headers as natsHeaders, connect, type NatsConnection } from '@nats-io/transport-node';
import { ConsoleLogger } from '@nestjs/common';
import { loadRouterConfig } from '@beamline/config';
import {
  type GatewayEndpointDocument,
  type GatewayNotificationDocument,
  NOTIFICATION_SUBJECTS,
} from '@beamline/contracts/core';
import { Registry } from '@beamline/metrics';
import type { NotificationEvent } from '@beamline/notifications/core';
import { type Recorder, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { Webhook } from 'standardwebhooks';
import { createRouter, type RunningRouter } from '../../create-router.js';
import { observersFor } from '../../observers.fixture.js';

/** What webhooks are signed with. */
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** A router of a spec, and what it says of its notifications. */
export interface Replica {
  readonly router: RunningRouter;
  readonly events: Recorder<NotificationEvent>;
}

/** A gateway that is told over HTTP. */
export interface ToldGateway {
  readonly url: string;
  /** What it was told, once the signature was verified. */
  readonly told: GatewayNotificationDocument[];
}

/** Routers and gateways of one test, over a NATS server of their own. */
export class RouterPlant {
  readonly #ends: (() => Promise<void>)[] = [];

  private constructor(
    private readonly server: TestNats,
    /** A connection of whoever asks. */
    readonly nc: NatsConnection,
  ) {}

  static async start(): Promise<RouterPlant> {
    const server = await startTestNats();
    return new RouterPlant(server, await connect({ servers: server.url }));
  }

  /** To be called after each test. */
  async stop(): Promise<void> {
    for (const end of this.#ends.splice(0).toReversed()) await end();
    await this.nc.close();
    await this.server.stop();
  }

  /** A router that is ready. */
  async replica(env: Readonly<Record<string, string>> = {}): Promise<Replica> {
    const events = recorder<NotificationEvent>();
    const router = await createRouter({
      config: loadRouterConfig({
        NATS_URL: this.server.url,
        HTTP_PORT: '0',
        GRPC_ENABLED: 'false',
        GATEWAY_WEBHOOK_SECRETS: SECRET,
        ...env,
      }),
      observers: observersFor({ notifications: events.observe }),
      registry: new Registry(),
      logger: new ConsoleLogger({ logLevels: ['error', 'warn'] }),
      random: () => 0.5,
    });
    this.#ends.push(() => router.close());
    await router.readiness.untilReady();
    return { router, events };
  }

  /** Asks over NATS. */
  async ask<Data = GatewayEndpointDocument>(
    subject: string,
    body: unknown,
    apiKey?: string,
  ): Promise<Answer<Data>> {
    const headers = natsHeaders();
    if (apiKey !== undefined) headers.set('x-api-key', apiKey);
    const options = { timeout: 20_000, headers };
    return (await this.nc.request(subject, JSON.stringify(body), options)).json();
  }

  /** What is pushed over NATS from now on. */
  async pushes(subject = NOTIFICATION_SUBJECTS): Promise<GatewayNotificationDocument[]> {
    const heard: GatewayNotificationDocument[] = [];
    this.nc.subscribe(subject, { callback: (_error, message) => void heard.push(message.json()) });
    await this.nc.flush();
    return heard;
  }

  async gateway(): Promise<ToldGateway> {
    const told: GatewayNotificationDocument[] = [];
    const server = createServer((request, response) => {
      verified(request).then(
        (notification) => {
          told.push(notification);
          response.writeHead(204).end();
        },
        () => response.writeHead(401).end(),
      );
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    this.#ends.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { url: `http://127.0.0.1:${port}/hook`, told };
  }
}

/** What the router answers about gateways, over NATS and HTTP. */
export interface Answer<Data> {
  readonly success: boolean;
  readonly error?: string;
  readonly data: Data;
}

/** Asks a router over HTTP. */
export async function call<Data = GatewayEndpointDocument>(
  { router }: Replica,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: Answer<Data> }> {
  const response = await fetch(`${router.httpUrl}/api/v1/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

/** Whether a replica has begun to tell gateways. */
export function leads({ events }: Replica): boolean {
  return events.of('lead-taken').length > 0;
}

async function verified(request: IncomingMessage): Promise<GatewayNotificationDocument> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const body = Buffer.concat(chunks).toString();
  new Webhook(SECRET).verify(body, headers);
  return JSON.parse(body);
}
