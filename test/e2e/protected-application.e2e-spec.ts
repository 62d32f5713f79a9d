import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, loadPackageDefinition, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type ArgumentsHost, Catch, Controller, Get, type INestApplication } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GrpcMethod, MessagePattern, Transport } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { throwError } from 'rxjs';
import {
  loadReportTrailers,
  OverloadSerializer,
  Protected,
  ProtectionModule,
  Unprotected,
} from '@beamline/backpressure';
import { freePort, ScriptedGate, startTestNats, type TestNats } from '@beamline/testing';

const PROTO = `
syntax = "proto3";
package shop;
message Text { string text = 1; }
service Shop { rpc Ask (Text) returns (Text); }
`;

/** One controller for all transports, with no decorator of its own: it is protected because everything is. */
@Controller()
class ShopController {
  @Get('ask')
  overHttp(): string {
    return 'http';
  }

  @GrpcMethod('Shop', 'Ask')
  overGrpc(): { readonly text: string } {
    return { text: 'grpc' };
  }

  @MessagePattern('shop.ask', Transport.NATS)
  overNats(): string {
    return 'nats';
  }

  @Protected('stock')
  @Get('stock')
  stock(): string {
    return 'stock';
  }

  @Unprotected()
  @Get('admin')
  admin(): string {
    return 'admin';
  }
}

/** What applications do to answer whatever they did not foresee. */
@Catch()
class CatchAll {
  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType() !== 'http') return throwError(() => error);
    return host.switchToHttp().getResponse().status(500).send('caught');
  }
}

let nats: TestNats;
let connection: NatsConnection;
let app: INestApplication;
let grpcClient: any;
let url: string;
const dir = mkdtempSync(join(tmpdir(), 'beamline-shop-'));
const protoPath = join(dir, 'shop.proto');
const shop = new ScriptedGate();
const stock = new ScriptedGate();

beforeAll(async () => {
  writeFileSync(protoPath, PROTO);
  nats = await startTestNats();
  connection = await connect({ servers: nats.url });
  const module = await Test.createTestingModule({
    imports: [
      ProtectionModule.forRoot({
        gates: (subject) => (subject === 'stock' ? stock : shop),
        subjectOf: ({ controller }) => controller.name,
        everywhere: true,
      }),
    ],
    controllers: [ShopController],
    providers: [{ provide: APP_FILTER, useClass: CatchAll }],
  }).compile();
  app = module.createNestApplication(new FastifyAdapter(), { logger: false });
  const grpcUrl = `127.0.0.1:${await freePort()}`;
  const interceptors: any = [loadReportTrailers];
  app.connectMicroservice(
    {
      transport: Transport.GRPC,
      options: { url: grpcUrl, package: 'shop', protoPath, channelOptions: { interceptors } },
    },
    { inheritAppConfig: true },
  );
  app.connectMicroservice(
    {
      transport: Transport.NATS,
      options: { servers: nats.url, serializer: new OverloadSerializer() },
    },
    { inheritAppConfig: true },
  );
  await app.init();
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  const loaded: any = loadPackageDefinition(loadSync(protoPath));
  grpcClient = new loaded.shop.Shop(grpcUrl, credentials.createInsecure());
});

beforeEach(() => {
  shop.admitAgain();
  stock.admitAgain();
});

afterAll(async () => {
  grpcClient.close();
  await app.close();
  await connection.close();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});

function askGrpc(): Promise<{ readonly error: ServiceError | null; readonly answer: unknown }> {
  return new Promise((resolve) => {
    grpcClient.Ask({}, (error: ServiceError | null, answer: unknown) => resolve({ error, answer }));
  });
}

async function askNats(): Promise<any> {
  const packet = JSON.stringify({ pattern: 'shop.ask', data: {}, id: '1' });
  return (await connection.request('shop.ask', packet, { timeout: 20_000 })).json();
}

it('serves over every transport while there is room, and holds no permit afterwards', async () => {
  const http = await fetch(`${url}/ask`);

  expect(await http.text()).toBe('http');
  expect(await askGrpc()).toMatchObject({ answer: { text: 'grpc' } });
  expect(await askNats()).toMatchObject({ response: 'nats' });
  expect(shop.inHand).toBe(0);
});

it('refuses over every transport in the way of each', async () => {
  shop.refuse();

  const http = await fetch(`${url}/ask`);
  const { error } = await askGrpc();

  expect([http.status, http.headers.get('retry-after')]).toEqual([429, '3']);
  expect(error?.code).toBe(8);
  expect(error?.metadata.get('grpc-retry-pushback-ms')).toEqual(['2001']);
  expect(await askNats()).toMatchObject({ err: { error: { code: 'service_overloaded' } } });
});

it('sheds one subject without the other, and never what is exempt', async () => {
  shop.refuse();

  const answers = await Promise.all(
    ['ask', 'stock', 'admin'].map((path) => fetch(`${url}/${path}`)),
  );

  expect(answers.map(({ status }) => status)).toEqual([429, 200, 200]);
});
