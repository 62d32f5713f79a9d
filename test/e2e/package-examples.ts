import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const LIB = resolve(__dirname, '../../libs/gateway-adapter');
const BLOCK = /<!-- example: (?<file>\S+) -->\s*```\w+\n(?<text>[\s\S]*?)\n```/g;

/** The examples of the package's README, and the one in its example folder, by file name. */
export const EXAMPLES: ReadonlyMap<string, string> = new Map([
  ...blocksOf(readFileSync(join(LIB, 'README.md'), 'utf8')),
  ['gateway.mjs', readFileSync(join(LIB, 'example/gateway.mjs'), 'utf8')],
]);

/** What the examples import besides the package. */
export const FRAMEWORKS = [
  'express',
  'fastify',
  '@grpc/grpc-js',
  'protobufjs',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-fastify',
  'reflect-metadata',
  'rxjs',
];

/** What the examples need to be type-checked. */
export const TYPES = ['@types/node', '@types/express', 'typescript', 'undici-types'];

/** As strict as compilers get. */
export const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: 'ES2022',
  lib: ['ES2023'],
  types: ['node'],
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  noEmit: true,
};

/** The middleware and hooks where Express and Fastify want theirs. */
export const WITH_FRAMEWORKS = `
  import express from 'express';
  import fastify from 'fastify';
  import { createGateway } from '@beamline/gateway-adapter';
  import * as forExpress from '@beamline/gateway-adapter/express';
  import * as forFastify from '@beamline/gateway-adapter/fastify';
  const gateway = createGateway({});
  express().post('/a', forExpress.routerProtected(gateway), forExpress.receiveNotifications(gateway));
  const app = fastify();
  app.addHook('onRequest', forFastify.routerProtected(gateway));
  app.post('/a', { preHandler: forFastify.routerProtected(gateway) }, async (request, reply) => {
    forFastify.ticketOf(request)?.settle('accepted');
    return forFastify.sendAnswer(reply, gateway.receive(request.headers, undefined));
  });
  void app.register(forFastify.receiveNotifications(gateway));
`;

/** The doors that need packages besides, with types of the main door passed through both. */
export const OTHER_DOORS = `
  import { connect } from '@nats-io/transport-node';
  import { createGateway, type Gateway, RouterClient } from '@beamline/gateway-adapter';
  import { GrpcRouterClient } from '@beamline/gateway-adapter/grpc';
  import { GatewayAdapterModule } from '@beamline/gateway-adapter/nest';
  const routerPort = new GrpcRouterClient({ address: 'localhost:9000' });
  export async function start(): Promise<Gateway> {
    const connection = await connect();
    GatewayAdapterModule.forRoot({ nats: connection, routerPort });
    await new RouterClient({ connection, isConnected: true }).close();
    return createGateway({ nats: connection, routerPort });
  }
`;

function blocksOf(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(BLOCK)].map(({ groups }) => [
    groups?.['file'] ?? '',
    groups?.['text'] ?? '',
  ]);
}
