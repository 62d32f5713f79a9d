import {
  eventually,
  freePort,
  ScriptedGateway,
  startTestNats,
  type TestNats,
} from '@beamline/testing';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { Controller, type INestApplication, Module } from '@nestjs/common';
import {
  GrpcMethod,
  GrpcStreamCall,
  MessagePattern,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GATEWAY } from './gateway-adapter.module-definition.js';
import { RouterProtected } from './router-protected.decorator.js';

const PROTO = `
syntax = "proto3";
package shop;
message Text { string text = 1; }
service Shop {
  rpc Ask (Text) returns (Text);
  rpc Pass (stream Text) returns (stream Text);
}
`;

let failure: unknown;

@Controller()
@RouterProtected('shop')
class ShopController {
  @GrpcMethod('Shop', 'Ask')
  overGrpc(): { readonly text: string } {
    if (failure !== undefined) throw failure;
    return { text: 'grpc' };
  }

  @GrpcStreamCall('Shop', 'Pass')
  pass(call: any): void {
    call.on('data', (question: unknown) => call.write(question));
    call.on('end', () => call.end());
  }

  @MessagePattern('shop.ask', Transport.NATS)
  overNats(): string {
    if (failure !== undefined) throw failure;
    return 'nats';
  }
}

const dir = mkdtempSync(join(tmpdir(), 'beamline-shop-'));
const protoPath = join(dir, 'shop.proto');
const gateway = new ScriptedGateway();
let nats: TestNats;
let connection: NatsConnection;
let app: INestApplication;
let client: any;

beforeAll(async () => {
  writeFileSync(protoPath, PROTO);
  nats = await startTestNats();
  connection = await connect({ servers: nats.url });
  @Module({})
  class Doors {}
  const providers = [{ provide: GATEWAY, useValue: gateway }];
  const module = await Test.createTestingModule({
    imports: [{ module: Doors, global: true, providers, exports: [GATEWAY] }],
    controllers: [ShopController],
  }).compile();
  app = module.createNestApplication(new FastifyAdapter(), { logger: false });
  const url = `127.0.0.1:${await freePort()}`;
  app.connectMicroservice({
    transport: Transport.GRPC,
    options: { url, package: 'shop', protoPath },
  });
  app.connectMicroservice({ transport: Transport.NATS, options: { servers: nats.url } });
  await app.init();
  await app.startAllMicroservices();
  const loaded: any = grpc.loadPackageDefinition(loadSync(protoPath));
  client = new loaded.shop.Shop(url, grpc.credentials.createInsecure());
  await eventually(async () => 'response' in (await askOverNats()));
});

beforeEach(() => {
  failure = undefined;
  gateway.admitAgain();
  gateway.entered.length = 0;
  gateway.settled.length = 0;
});

afterAll(async () => {
  client.close();
  await app.close();
  await connection.close();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('over gRPC', () => {
  it('refuses as RESOURCE_EXHAUSTED, with when to come back and nothing of the caller’s', async () => {
    gateway.refuse();

    const error = await ask({ secret: 'of the caller' });

    expect(error).toMatchObject({ code: 8, details: 'the router takes no more now' });
    expect(error.metadata.get('grpc-retry-pushback-ms')).toEqual(['2001']);
    expect(error.metadata.get('grpc-status-details-bin')).toEqual([Buffer.from([8, 8])]);
    expect(error.metadata.get('secret')).toEqual([]);
  });

  it('refuses a stream that its handler would have read itself', async () => {
    gateway.refuse();
    const call = client.Pass();
    const error: Promise<grpc.ServiceError> = new Promise((resolve) => call.on('error', resolve));

    call.write({ text: 'hello' });

    expect(await error).toMatchObject({ code: 8 });
  });

  it('reads metadata, and the deadline as the caller’s patience', async () => {
    const answer = await ask({ 'x-criticality': 'critical' }, { deadline: Date.now() + 30_000 });

    expect(answer).toEqual({ text: 'grpc' });
    const read = gateway.entered[0]?.headers ?? {};
    expect(read['x-criticality']).toBe('critical');
    expect(Number(read['x-timeout-ms'])).toBeGreaterThan(0);
    expect(Number(read['x-timeout-ms'])).toBeLessThanOrEqual(30_000);
  });

  it.each([
    ['no failure', undefined, 'accepted'],
    ['RESOURCE_EXHAUSTED', new RpcException({ code: 8, message: 'full' }), 'refused'],
    ['UNAVAILABLE', new RpcException({ code: 14, message: 'away' }), 'failed'],
    ['NOT_FOUND', new RpcException({ code: 5, message: 'what' }), 'accepted'],
    ['a bug', new Error('of the handler'), 'accepted'],
  ])('settles %s as it is', async (_name, thrown, outcome) => {
    failure = thrown;

    await ask({});

    expect(gateway.settled).toEqual([outcome]);
  });
});

describe('over NATS', () => {
  it('refuses with the error of the contract', async () => {
    gateway.refuse();

    expect(await askOverNats()).toMatchObject({
      err: { status: 'error', error: { code: 'service_overloaded' } },
    });
  });

  it('reads headers, and settles', async () => {
    expect(await askOverNats({ 'X-Criticality': 'sheddable' })).toMatchObject({ response: 'nats' });

    expect(gateway.entered).toMatchObject([
      { subject: 'shop', headers: { 'x-criticality': 'sheddable' } },
    ]);
    expect(gateway.settled).toEqual(['accepted']);
  });
});

function ask(sent: Record<string, string>, options: object = {}): Promise<any> {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(sent)) metadata.set(name, value);
  return new Promise((resolve) => {
    client.Ask({}, metadata, options, (error: unknown, answer: unknown) =>
      resolve(error ?? answer),
    );
  });
}

async function askOverNats(sent: Record<string, string> = {}): Promise<any> {
  const msgHeaders = headers();
  for (const [name, value] of Object.entries(sent)) msgHeaders.set(name, value);
  const packet = JSON.stringify({ pattern: 'shop.ask', data: '', id: 'x' });
  const options = { headers: msgHeaders, timeout: 20_000 };
  try {
    return (await connection.request('shop.ask', packet, options)).json();
  } catch {
    return {};
  }
}
