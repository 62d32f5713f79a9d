import type { Server as GrpcServer } from '@grpc/grpc-js';
import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { GrpcOptions } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { OverloadControl } from '@beamline/backpressure';
import type { RouterConfig } from '@beamline/config';
import { PROTO_LOADER_OPTIONS, PROTO_PACKAGE, PROTO_PATH } from '@beamline/contracts';
import {
  AckedPublisher,
  type ControllerLookup,
  type JetStreamStrategy,
  NatsLink,
  natsLinkOptionsOf,
  provision,
} from '@beamline/jetstream';
import { fanOut, monotonicClock } from '@beamline/kernel';
import type { Registry } from '@beamline/metrics';
import { PolicyStore } from '@beamline/policy';
import { GrpcHealth, Readiness } from '@beamline/service';
import { AppModule } from './app.module.js';
import { DecisionRecords } from './decide/decision-records.js';
import { StraightGrpcServer } from './grpc/straight-grpc.server.js';
import { DurableAdmission } from './overload/durable-admission.js';
import { GatewayNotifications } from './overload/gateways/gateway-notifications.js';
import { overloadDetail } from './overload/overload-detail.js';
import { overloadOptionsOf } from './overload/overload-options.js';
import type { Platform, RouterObservers } from './platform.js';
import { restoreMissing } from './restore-missing.js';
import { doorSpecsOf, streamOf } from './settings.js';
import { intakeStrategyOf, requestReplyStrategyOf } from './strategies.js';
import { isSystemError } from './system-error.js';
import { takeBodiesAsBytes } from './take-bodies-as-bytes.js';

/** gRPC services whose health is told. `''` is the server as a whole. */
const HEALTH_SERVICES = ['', `${PROTO_PACKAGE}.Router`] as const;
/** Time a client may take to send a whole request; slower ones would hold a connection for ever. */
const HTTP_REQUEST_TIMEOUT_MS = 30_000;
/** Time for answers that are under way over HTTP when the router ends. */
const HTTP_CLOSE_GRACE_MS = 250;
/** Room for the metadata and framing of a message of the largest size. */
const GRPC_MARGIN_BYTES = 65_536;

/** Longest subject in a path, percent-encoded. */
const MAX_PATH_PART_LENGTH = 3 * 1024;

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
  const { config, logger, registry } = surroundings;
  const platform = platformOf(surroundings);
  const { gateways, link, overload } = platform;
  // The strategies call controllers straight; both exist before the application that holds the controllers.
  const controllerOf: ControllerLookup = (type) => app.get(type, { strict: false });
  const intake = config.jetstreamEnabled ? intakeStrategyOf(platform, controllerOf) : undefined;
  const readiness = readinessOf(platform, () => app.get(PolicyStore), intake);
  const grpc = grpcDoorOf(config, new GrpcHealth(HEALTH_SERVICES, readiness));

  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(platform, registry, readiness),
    new FastifyAdapter({
      bodyLimit: config.natsMaxPayloadSize,
      requestTimeout: HTTP_REQUEST_TIMEOUT_MS,
      routerOptions: { maxParamLength: MAX_PATH_PART_LENGTH },
    }),
    { logger, bodyParser: false, abortOnError: false },
  );
  takeBodiesAsBytes(app);
  const grpcServer = grpc && grpcServerOf(platform, grpc, controllerOf);
  if (grpcServer) app.connectMicroservice({ strategy: grpcServer });
  app.connectMicroservice({ strategy: requestReplyStrategyOf(platform, controllerOf) });
  if (intake) app.connectMicroservice({ strategy: intake });

  await app.listen(config.httpPort, config.httpHost).catch(sayWhichPort(config));
  await app.startAllMicroservices();
  // Last: a process that dies of a taken port shall not have taken messages that it cannot finish.
  link.start();
  overload.start();
  gateways.start();
  if (!intake) void provisionOnce(platform);

  return {
    httpUrl: await app.getUrl(),
    grpcAddress: grpcServer?.address,
    readiness,
    link,
    close: () => close(app, platform, grpc),
  };
}

/** What lives as long as the process. */
function platformOf(surroundings: RouterSurroundings): Platform {
  const { config, observers, random } = surroundings;
  const link = new NatsLink(natsLinkOptionsOf('beamline-router', config), observers.nats);
  const publisher = publisherOf(surroundings, link);
  const { overload: observe, notifications } = observers;
  const overload = new OverloadControl(overloadOptionsOf({ config, link, publisher, observe }));
  const gateways = new GatewayNotifications({ config, link, overload, observe: notifications });
  const durable = new DurableAdmission(overload.subject(config.decideSubject));
  return { config, observers, link, publisher, overload, durable, gateways, random };
}

/** Takes no more work, finishes what was accepted within the grace, and lets go of everything. */
async function close(
  app: NestFastifyApplication,
  { config, gateways, link, overload, publisher }: Platform,
  grpc: GrpcDoorway | undefined,
): Promise<void> {
  const deadlineMs = monotonicClock.nowMs() + config.shutdownGraceMs;
  grpc?.endWithin(config.shutdownGraceMs);
  const records = app.get(DecisionRecords, { strict: false });
  cutOffSlowClients(app);
  await app.close();
  records.flush();
  await gateways.stop();
  await overload.stop();
  await publisher.close(Math.max(0, deadlineMs - monotonicClock.nowMs()));
  await link.close();
}

function grpcServerOf(
  { observers }: Platform,
  { options }: GrpcDoorway,
  controllerOf: ControllerLookup,
): StraightGrpcServer {
  return new StraightGrpcServer(options, controllerOf, (error) =>
    observers.intake({ type: 'handler-failed', subject: 'grpc', error: String(error) }),
  );
}

/** The intake makes exist what it needs, round by round; without one, the records' bucket is made here. */
async function provisionOnce({ config, link, observers }: Platform): Promise<void> {
  try {
    await provision(await link.ready, doorSpecsOf(config));
  } catch (error) {
    observers.nats({ type: 'subscribe-failed', reason: 'unknown', message: String(error) });
  }
}

/** Publishing with acknowledgement, which notices when somebody deletes what it publishes to. */
function publisherOf({ config, observers }: RouterSurroundings, link: NatsLink): AckedPublisher {
  const specs = doorSpecsOf(config);
  const restore = restoreMissing({ link, specs, observe: observers.nats });
  return new AckedPublisher(link, {
    maxPending: config.natsMaxPendingOperations,
    timeoutMs: config.natsTimeoutMs,
    lingerMs: PUBLISH_LINGER_MS,
    streamOf: (subject) => streamOf(specs, subject),
    observe: fanOut(observers.nats, restore),
  });
}

/**
 * Health, metrics and explain answer at once; whoever is still connected after that has not sent its request. It would
 * hold up the end of all other doors, since Nest closes the HTTP server first.
 */
function cutOffSlowClients(app: NestFastifyApplication): void {
  const server = app.getHttpServer();
  setTimeout(() => server.closeAllConnections(), HTTP_CLOSE_GRACE_MS).unref();
}

/** An address that is taken is the operator's to change: name the key. */
function sayWhichPort({ httpHost, httpPort }: RouterConfig): (error: unknown) => never {
  return (error) => {
    if (!isSystemError(error, 'EADDRINUSE')) throw error;
    const message = `HTTP_PORT ${httpPort} on ${httpHost} is taken: set another one, or end who listens there`;
    throw new Error(message, { cause: error });
  };
}

function readinessOf(
  { gateways, link, overload }: Platform,
  policies: () => PolicyStore,
  intake: JetStreamStrategy | undefined,
): Readiness {
  return new Readiness([
    {
      name: 'nats',
      holds: () => link.isConnected || 'not connected to NATS',
      detail: () => link.durability.statement,
    },
    {
      name: 'policies',
      holds: () => policies().state.loaded || 'the policies are not loaded yet',
    },
    {
      name: 'intake',
      holds: () => !intake || intake.isConsuming || 'the durable intake does not consume',
    },
    {
      // Said, not asked: a replica that sheds load serves what it can, and taking it away would overload the others.
      name: 'overload',
      holds: () => true,
      detail: () => overloadDetail(overload),
    },
    {
      // Requests are served whoever is told of the load.
      name: 'gateways',
      holds: () => true,
      detail: () => gateways.detail(),
    },
  ]);
}

interface GrpcDoorway {
  readonly options: GrpcOptions['options'];
  readonly endWithin: (ms: number) => void;
}

/** gRPC as a Nest microservice, with a way to bound its end: an open health watch would hold it open for ever. */
function grpcDoorOf(config: RouterConfig, health: GrpcHealth): GrpcDoorway | undefined {
  if (!config.grpcEnabled) return undefined;
  let server: GrpcServer | undefined;
  const options: GrpcOptions['options'] = {
    url: `${config.grpcHost}:${config.grpcPort}`,
    package: PROTO_PACKAGE,
    protoPath: PROTO_PATH,
    loader: PROTO_LOADER_OPTIONS,
    maxReceiveMessageLength: config.natsMaxPayloadSize + GRPC_MARGIN_BYTES,
    gracefulShutdown: true,
    onLoadPackageDefinition: (_definition: unknown, created: GrpcServer) => {
      server = created;
      health.attach(created);
    },
  };
  return { options, endWithin: (ms) => setTimeout(() => server?.forceShutdown(), ms).unref() };
}
