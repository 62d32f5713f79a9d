import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createServer } from 'node:net';
import { required } from '../../baselines/say-ready.js';
import { repoPath } from '../../harness/repo-path.js';
import type { PlantOptions } from './plant-messages.js';
import type { Protection } from './protection.js';

@Module({})
class PlantModule {}

/** What a generator connects to. */
type Addresses = Readonly<Record<string, string>>;

/** Nest's gRPC transport cannot say which port it took, so the port is chosen before. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address === null || typeof address === 'string' ? 0 : address.port;
      server.close(() => resolve(port));
    });
  });
}

async function startMicroservice(
  module: DynamicModule,
  options: MicroserviceOptions,
): Promise<void> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    ...options,
    logger: ['error', 'warn'],
  });
  await app.listen();
}

async function overNats(
  module: DynamicModule,
  subject: string,
  { natsOptions }: Protection,
): Promise<Addresses> {
  const url = required('NATS_URL');
  await startMicroservice(module, {
    transport: Transport.NATS,
    options: { servers: [url], queue: 'bench', ...natsOptions },
  });
  return { url, subject };
}

/** Where the proto file of the plant lies. */
const PLANT_PROTO = repoPath('bench/overload/plant/work.proto');

async function overGrpc(module: DynamicModule, { grpcOptions }: Protection): Promise<Addresses> {
  const address = `127.0.0.1:${await freePort()}`;
  await startMicroservice(module, {
    transport: Transport.GRPC,
    options: { url: address, package: 'beamline.bench.v1', protoPath: PLANT_PROTO, ...grpcOptions },
  });
  return { address };
}

async function overHttp(module: DynamicModule, protection: Protection): Promise<Addresses> {
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    logger: ['error', 'warn'],
  });
  await protection.setUpHttp?.(app);
  await app.listen(0, '127.0.0.1');
  return { host: '127.0.0.1', port: new URL(await app.getUrl()).port };
}

/** Starts the application of a plant. */
export function listen(
  options: PlantOptions,
  protection: Protection,
  controller: Type<object>,
): Promise<Addresses> {
  const module: DynamicModule = {
    module: PlantModule,
    imports: [...protection.imports],
    controllers: [controller],
  };
  if (options.transport === 'nats') return overNats(module, options.subject, protection);
  return options.transport === 'grpc' ? overGrpc(module, protection) : overHttp(module, protection);
}
