import type { GatewayConfig } from '@beamline/config';
import { DecideGateway } from '@beamline/gateway-adapter';
import { NatsLink, natsLinkOptionsOf } from '@beamline/jetstream';
import type { NatsEvent } from '@beamline/jetstream/core';
import { fanOut, type Observer } from '@beamline/kernel';
import { gatewayMetrics, Registry } from '@beamline/metrics';
import { Readiness } from '@beamline/service';
import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppModule } from './app.module.js';
import { createHttpAdapter } from './http/http-server.js';

const IDLE_SWEEP_MS = 20;

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
}

/** Starts everything. @throws Error when the address is taken. */
export async function startGateway(
  config: GatewayConfig,
  { logger, observeNats }: GatewayVoice,
): Promise<RunningGateway> {
  const registry = new Registry();
  const metrics = gatewayMetrics(registry);
  const link = new NatsLink(
    natsLinkOptionsOf('beamline-gateway-adapter', config),
    fanOut(metrics.nats, observeNats),
  );
  const readiness = new Readiness([
    { name: 'nats', holds: () => link.isConnected || 'not connected to NATS' },
  ]);
  const adapter = createHttpAdapter(config, metrics.gateway, (headers, failure) =>
    app.get(DecideGateway).refuse(headers, failure),
  );
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of({ config, link, registry, readiness, observe: metrics.gateway }),
    adapter,
    { bodyParser: false, logger, abortOnError: false },
  );
  await app.listen(config.gatewayPort, config.gatewayHost);
  link.start();
  const running = { app, link, readiness };
  return { url: await app.getUrl(), connected: link.ready, stop: () => stop(running, config) };
}

interface Running {
  readonly app: NestFastifyApplication;
  readonly link: NatsLink;
  readonly readiness: Readiness;
}

async function stop({ app, link, readiness }: Running, config: GatewayConfig): Promise<void> {
  const { shutdownDrainMs, shutdownGraceMs } = config;
  readiness.drain();
  await sleep(shutdownDrainMs);
  const server = app.getHttpServer();
  // A connection whose last answer came after the closing began would stay open for its keep-alive.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  // Who is not done by then is cut off: a client that trickles its request must not hold the process.
  const cutOff = setTimeout(() => server.closeAllConnections(), shutdownGraceMs - shutdownDrainMs);
  await app.close();
  clearInterval(sweep);
  clearTimeout(cutOff);
  await link.close();
}
