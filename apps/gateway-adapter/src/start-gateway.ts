import type { GatewayConfig } from '@beamline/config';
import { type EdgeEvent, type GatewayEvent, RequestReader } from '@beamline/gateway-adapter';
import { AckedPublisher, NatsLink, natsLinkOptionsOf } from '@beamline/jetstream';
import type { NatsEvent } from '@beamline/jetstream/core';
import { fanOut, ignoreEvents, type Observer } from '@beamline/kernel';
import { gatewayMetrics, Registry } from '@beamline/metrics';
import { Readiness } from '@beamline/service';
import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { knowsCallers } from './access/authenticator-of.js';
import { AppModule } from './app.module.js';
import { createHttpAdapter } from './http/http-server.js';
import { UnusedConnections } from './http/unused-connections.js';
import { MessageAnswers } from './messages/message-answers.js';
import { StreamDesk } from './messages/stream-desk.js';
import { OpenApiPage } from './openapi/openapi-page.js';

const IDLE_SWEEP_MS = 20;
const STRANGERS =
  'GATEWAY_AUTH_REQUIRED is false: callers without a key or a token are let in, and may act for any tenant';

/** A gateway that listens. It answers 503 until NATS is there. */
export interface RunningGateway {
  /** Its address, like `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Settles with the first connection to NATS. */
  readonly connected: Promise<unknown>;
  /** Answers what was accepted, then ends; bounded by the configured grace. */
  stop(): Promise<void>;
}

/** What a gateway says while it runs. */
export interface GatewayVoice {
  readonly logger: LoggerService;
  readonly observeNats: Observer<NatsEvent>;
  /** Default: nobody. */
  readonly observe?: Observer<GatewayEvent | EdgeEvent>;
}

/** Starts everything. @throws Error when the address is taken. */
export async function startGateway(
  config: GatewayConfig,
  voice: GatewayVoice,
): Promise<RunningGateway> {
  const { logger, observeNats, observe = ignoreEvents } = voice;
  if (config.gatewayAuthRequired === false && knowsCallers(config)) logger.warn(STRANGERS);
  const registry = new Registry();
  const metrics = gatewayMetrics(registry);
  const natsFacts = fanOut(metrics.nats, observeNats);
  const link = new NatsLink(natsLinkOptionsOf('beamline-gateway-adapter', config), natsFacts);
  const readiness = new Readiness([
    { name: 'nats', holds: () => link.isConnected || 'not connected to NATS' },
  ]);
  const reader = new RequestReader();
  const gatewayFacts = fanOut(metrics.gateway, observe);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of({
      config,
      link,
      registry,
      readiness,
      reader,
      observe: gatewayFacts,
      observeEdge: fanOut(metrics.edge, observe),
      observeNats: natsFacts,
    }),
    createHttpAdapter(config, gatewayFacts, (headers, failure) => reader.refuse(headers, failure)),
    { bodyParser: false, logger, abortOnError: false },
  );
  app.get(OpenApiPage).describe(app);
  app.get(MessageAnswers).start();
  const unused = new UnusedConnections(app.getHttpServer());
  await app.listen(config.gatewayPort, config.gatewayHost);
  link.start();
  const running = { app, link, readiness, unused };
  return { url: await app.getUrl(), connected: link.ready, stop: () => stop(running, config) };
}

interface Running {
  readonly app: NestFastifyApplication;
  readonly link: NatsLink;
  readonly readiness: Readiness;
  readonly unused: UnusedConnections;
}

async function stop(
  { app, link, readiness, unused }: Running,
  config: GatewayConfig,
): Promise<void> {
  const { shutdownDrainMs, shutdownGraceMs } = config;
  readiness.drain();
  await sleep(shutdownDrainMs);
  // They would not end by themselves; their clients go on at another gateway.
  app.get(StreamDesk).drain();
  const server = app.getHttpServer();
  // A connection whose last answer came after the closing began would stay open for its keep-alive.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    unused.close();
  }, IDLE_SWEEP_MS);
  // Who is not done by then is cut off: a client that trickles its request must not hold the process.
  const cutOff = setTimeout(() => server.closeAllConnections(), shutdownGraceMs - shutdownDrainMs);
  const publisher = app.get(AckedPublisher);
  const answers = app.get(MessageAnswers);
  await app.close();
  clearInterval(sweep);
  clearTimeout(cutOff);
  await publisher.close(0);
  answers.stop();
  await link.close();
}
