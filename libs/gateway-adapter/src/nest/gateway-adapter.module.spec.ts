import { ScriptedGateway } from '@beamline/testing';
import { Controller, Get, type INestApplication, Inject, Injectable, Module } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Gateway, SubjectGate } from '../adapters/gateway-types.js';
import { RouterClient } from '../adapters/router-client.js';
import { GATEWAY } from './gateway-adapter.module-definition.js';
import { GatewayAdapterModule } from './gateway-adapter.module.js';
import { InjectGateway, RouterProtected } from './router-protected.decorator.js';

/** Not connected yet, as at the start of most applications. */
const AWAY = { connection: undefined, isConnected: false };

@Injectable()
class Orders {
  constructor(@InjectGateway() readonly gateway: Gateway) {}
}

@Controller('orders')
@RouterProtected('orders')
class OrdersController {
  constructor(@Inject(Orders) private readonly orders: Orders) {}

  @Get()
  status(): string {
    return this.orders.gateway.view('orders').status;
  }

  @RouterProtected('reports')
  @Get('reports')
  reports(): string {
    return 'reports';
  }
}

@Module({ controllers: [OrdersController], providers: [Orders] })
class OrdersModule {}

let app: INestApplication;

afterEach(() => app.close());

it.each([
  ['forRoot', () => GatewayAdapterModule.forRoot({ nats: AWAY })],
  [
    'forRootAsync',
    () => GatewayAdapterModule.forRootAsync({ useFactory: async () => ({ nats: AWAY }) }),
  ],
])('%s gives every module the gateway, which lets in while it knows nothing', async (_name, of) => {
  const module = await Test.createTestingModule({ imports: [of(), OrdersModule] }).compile();
  app = module.createNestApplication(new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');

  const response = await fetch(`${await app.getUrl()}/orders`);

  expect([response.status, await response.text()]).toEqual([200, 'unknown']);
});

it('starts and stops the gateway with the application', async () => {
  const gateway = new ScriptedGateway();
  const module = await Test.createTestingModule({
    imports: [GatewayAdapterModule.forRoot({ nats: AWAY }), OrdersModule],
  })
    .overrideProvider(GATEWAY)
    .useValue(gateway)
    .compile();
  app = module.createNestApplication(new FastifyAdapter(), { logger: false });

  await app.init();
  const whileItRan = gateway.isStarted;
  await app.close();

  expect([whileItRan, gateway.isStarted]).toEqual([true, false]);
});

it('gives the client of the gateway itself to who asks without admission: both share its bounds', async () => {
  const module = await Test.createTestingModule({
    imports: [GatewayAdapterModule.forRoot({ nats: AWAY }), OrdersModule],
  }).compile();
  app = module.createNestApplication(new FastifyAdapter(), { logger: false });
  await app.init();
  const client = app.get(RouterClient);
  await app.close();

  expect(client).toBe(app.get<Gateway>(GATEWAY).router);
  expect(await client.decide({}, { tenantId: 'acme' })).toEqual({
    kind: 'unavailable',
    reason: 'closed',
  });
});

it('follows the subjects that controllers and handlers name from the start, before they are asked for', async () => {
  const followed = new Set<string | undefined>();
  class Following extends ScriptedGateway {
    override admission(subject?: string): SubjectGate {
      followed.add(subject);
      return super.admission(subject);
    }
  }
  const module = await Test.createTestingModule({
    imports: [GatewayAdapterModule.forRoot({ nats: AWAY }), OrdersModule],
  })
    .overrideProvider(GATEWAY)
    .useValue(new Following())
    .compile();
  app = module.createNestApplication(new FastifyAdapter(), { logger: false });

  await app.init();

  expect(followed).toEqual(new Set(['orders', 'reports']));
});

it('names an option that is out of range when the application starts', async () => {
  const module = Test.createTestingModule({
    imports: [GatewayAdapterModule.forRoot({ nats: AWAY, subject: 'two words' })],
  });

  await expect(module.compile()).rejects.toThrow('"two words"');
});
