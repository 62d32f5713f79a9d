import type { Server as GrpcServer } from '@grpc/grpc-js';
import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RouterConfig } from '@beamline/config';
import { PROTO_LOADER_OPTIONS, PROTO_PACKAGE, PROTO_PATH } from '@beamline/contracts';
import {
  AckedPublisher,
  type ControllerLookup,
  type JetStreamStrategy,
  NatsLink,
} from '@beamline/jetstream';
import type { Registry } from '@beamline/metrics';
import { PolicyStore } from '@beamline/policy';
import { AppModule } from './app.module.js';
import { DecisionRecords } from './decide/decision-records.js';
import { GrpcHealth } from './health/grpc-health.js';
import { Readiness } from './health/readiness.js';
import { pickPort } from './pick-port.js';
import type { Platform, RouterObservers } from './platform.js';
import { natsLinkOptionsOf } from './settings.js';
import { intakeStrategyOf, requestReplyStrategyOf } from './strategies.js';
import { takeBodiesAsBytes } from './take-bodies-as-bytes.js';

/** gRPC services whose health is told. `''` is the server as a whole. */
const HEALTH_SERVICES = ['', `${PROTO_PACKAGE}.Router`] as const;
/** Room for the metadata and framing of a message of the largest size. */
const GRPC_MARGIN_BYTES = 65_536;

/** How long writes of a busy intake wait for company. */
const PUBLISH_LINGER_MS = 1;

/** What the process gives to its application. */
export interface RouterSurroundings {
  readonly config: RouterConfig;
  readonly observers: RouterObservers;
  readonly registry: Registry;
  readonly logger: LoggerService;
  /** 0 up to 1. */
  readonly random: () => number;
}

/** A router that listens. */
export interface RunningRouter {
  /** `http://host:port` of health, metrics and explain. */
  readonly httpUrl: string;
  /** `host:port`; `undefined` when gRPC is switched off. */
  readonly grpcAddress: string | undefined;
  readonly readiness: Readiness;
  readonly link: NatsLink;
  /** Takes no more work, finishes what it has accepted, and ends. */
  close(): Promise<void>;
}

/** Builds the application, opens its doors and leaves it connecting to NATS. @throws Error when a port is taken. */
export async function createRouter(surroundings: RouterSurroundings): Promise<RunningRouter> {
  const { config, logger, observers, random, registry } = surroundings;
  const link = new NatsLink(natsLinkOptionsOf(config), observers.nats);
  const publisher = new AckedPublisher(link, {
    maxPending: config.natsMaxPendingOperations,
    timeoutMs: config.natsTimeoutMs,
    lingerMs: PUBLISH_LINGER_MS,
    observe: observers.nats,
  });
  const platform: Platform = { config, observers, link, publisher, random };
  // The strategies call controllers straight; both exist before the application that holds the controllers.
  const controllerOf: ControllerLookup = (type) => app.get(type, { strict: false });
  const intake = config.jetstreamEnabled ? intakeStrategyOf(platform, controllerOf) : undefined;
  const readiness = readinessOf(link, () => app.get(PolicyStore), intake);
  const grpc = await grpcDoorOf(config, new GrpcHealth(HEALTH_SERVICES, readiness));

  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(platform, registry, readiness),
    new FastifyAdapter({ bodyLimit: config.natsMaxPayloadSize }),
    { logger, bodyParser: false, abortOnError: false },
  );
  takeBodiesAsBytes(app);
  if (grpc) app.connectMicroservice<GrpcOptions>(grpc.options);
  app.connectMicroservice({ strategy: requestReplyStrategyOf(platform, controllerOf) });
  if (intake) app.connectMicroservice({ strategy: intake });

  link.start();
  await app.init();
  await app.startAllMicroservices();
  await app.listen(config.httpPort, config.httpHost);

  return {
    httpUrl: await app.getUrl(),
    grpcAddress: grpc?.options.options.url,
    readiness,
    link,
    close: async () => {
      grpc?.endWithin(config.shutdownGraceMs);
      const records = app.get(DecisionRecords, { strict: false });
      await app.close();
      records.flush();
      await publisher.close(config.shutdownGraceMs);
      await link.close();
    },
  };
}

function readinessOf(
  link: NatsLink,
  policies: () => PolicyStore,
  intake: JetStreamStrategy | undefined,
): Readiness {
  return new Readiness([
    { name: 'nats', holds: () => link.isConnected || 'not connected to NATS' },
    {
      name: 'policies',
      holds: () => policies().state.loaded || 'the policies are not loaded yet',
    },
    {
      name: 'intake',
      holds: () => !intake || intake.isConsuming || 'the durable intake does not consume',
    },
  ]);
}

/** gRPC as a Nest microservice, with a way to bound its end: an open health watch would hold it open for ever. */
async function grpcDoorOf(
  config: RouterConfig,
  health: GrpcHealth,
): Promise<{ options: GrpcOptions; endWithin: (ms: number) => void } | undefined> {
  if (!config.grpcEnabled) return undefined;
  const port = await pickPort(config.grpcPort, config.grpcHost);
  let server: GrpcServer | undefined;
  const options: GrpcOptions = {
    transport: Transport.GRPC,
    options: {
      url: `${config.grpcHost}:${port}`,
      package: PROTO_PACKAGE,
      protoPath: PROTO_PATH,
      loader: PROTO_LOADER_OPTIONS,
      maxReceiveMessageLength: config.natsMaxPayloadSize + GRPC_MARGIN_BYTES,
      gracefulShutdown: true,
      onLoadPackageDefinition: (_definition: unknown, created: GrpcServer) => {
        server = created;
        health.attach(created);
      },
    },
  };
  return { options, endWithin: (ms) => setTimeout(() => server?.forceShutdown(), ms).unref() };
}
