import { eventually, ScriptedGateway } from '@beamline/testing';
import {
  Controller,
  Get,
  HttpException,
  type INestApplication,
  Module,
  Param,
  Res,
  Sse,
} from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Subject } from 'rxjs';
import type { Gateway, GatewayTicket } from '../adapters/gateway-types.js';
import { GATEWAY } from './gateway-adapter.module-definition.js';
import { InjectGateway, RouterProtected, RouterTicket } from './router-protected.decorator.js';

let handled: string[] = [];
let messages = new Subject<string>();

@Controller('orders')
@RouterProtected()
class OrdersController {
  constructor(@InjectGateway() readonly gateway: Gateway) {}

  @Get('answer/:status')
  answer(@Param('status') status: string): string {
    handled.push(status);
    if (status === '200') return 'done';
    if (status === 'bug') throw new Error('of the handler');
    throw new HttpException('no', Number(status));
  }

  @Get('late')
  late(@Res() reply: { header(name: string, value: string): any }): void {
    reply.header('retry-after', '7').status(429).send('later');
  }

  @RouterProtected('reports')
  @Get('reports')
  reports(): string {
    return 'reports';
  }

  @Get('ticket')
  ticket(@RouterTicket() ticket: GatewayTicket | undefined): string {
    ticket?.settle('refused');
    return ticket?.subject ?? 'none';
  }

  @Sse('stream')
  stream(): Subject<string> {
    return messages;
  }
}

@Controller('open')
class OpenController {
  @Get()
  open(@RouterTicket() ticket: GatewayTicket | undefined): string {
    return typeof ticket;
  }
}

let gateway: ScriptedGateway;
let app: INestApplication;
let url: string;

beforeEach(async () => {
  gateway = new ScriptedGateway();
  handled = [];
  messages = new Subject();
  @Module({})
  class Doors {}
  const providers = [{ provide: GATEWAY, useValue: gateway }];
  const module = await Test.createTestingModule({
    imports: [{ module: Doors, global: true, providers, exports: [GATEWAY] }],
    controllers: [OrdersController, OpenController],
  }).compile();
  app = module.createNestApplication(new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

afterEach(() => app.close());

it('refuses before the handler, with what the gateway says', async () => {
  gateway.refuse();

  const response = await fetch(`${url}/orders/answer/200`);

  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3']);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await response.json()).toEqual({ ok: false, error: { code: 'service_overloaded' } });
  expect([handled, gateway.settled]).toEqual([[], []]);
});

it('asks for the subject that the method names, else the class, else for the gateway’s', async () => {
  await fetch(`${url}/orders/answer/200`, { headers: { 'x-criticality': 'sheddable' } });
  await fetch(`${url}/orders/reports`);

  expect(gateway.entered).toMatchObject([
    { subject: 'router.default', headers: { 'x-criticality': 'sheddable' } },
    { subject: 'reports' },
  ]);
});

it.each([
  ['200', 'accepted'],
  ['404', 'accepted'],
  ['bug', 'accepted'],
  ['429', 'refused'],
  ['504', 'failed'],
])('settles a handler that answers %s as %s', async (status, outcome) => {
  await (await fetch(`${url}/orders/answer/${status}`)).text();

  await eventually(() => gateway.settled.length === 1);
  expect(gateway.settled).toEqual([outcome]);
});

it('reads the end off a response that the handler sends itself', async () => {
  await (await fetch(`${url}/orders/late`)).text();

  await eventually(() => gateway.settled.length === 1);
  expect(gateway.settled).toEqual(['refused']);
});

it('gives the handler the ticket, and what it settles counts', async () => {
  const response = await fetch(`${url}/orders/ticket`);

  expect(await response.text()).toBe('router.default');
  expect(gateway.settled).toEqual(['refused']);
});

it('counts a stream as accepted with its first piece, not only with its end', async () => {
  const leaving = new AbortController();
  const response = fetch(`${url}/orders/stream`, { signal: leaving.signal });
  await eventually(() => messages.observed);

  messages.next('one');

  await eventually(() => gateway.settled.length === 1);
  expect(gateway.settled).toEqual(['accepted']);
  await response;
  leaving.abort();
  await eventually(() => !messages.observed);
  expect(gateway.settled).toHaveLength(1);
});

it('leaves other handlers alone, and gives them no ticket', async () => {
  gateway.refuse();

  expect(await (await fetch(`${url}/open`)).text()).toBe('undefined');
});
