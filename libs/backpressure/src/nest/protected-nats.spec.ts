import { eventually, ScriptedGate, startTestNats, type TestNats } from '@beamline/testing';
import { connect, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { OverloadSerializer } from './overload-serializer.js';
import { RequestPermit, type RequestWork } from './permit.decorator.js';
import { Protected } from './protected.decorator.js';
import { ProtectionModule } from './protection.module.js';

let taken: unknown[] = [];

@Controller()
@Protected('orders')
class OrdersController {
  @MessagePattern('orders.find', Transport.NATS)
  find(
    @Payload() id: string,
    @Ctx() _context: unknown,
    @RequestPermit() work: RequestWork,
  ): Record<string, string> {
    work.report({ serviceMs: 7 });
    return { id };
  }

  @MessagePattern('orders.count', Transport.NATS)
  count(): number {
    return 3;
  }

  @EventPattern('orders.placed', Transport.NATS)
  placed(@Payload() order: unknown): void {
    taken.push(order);
  }
}

let nats: TestNats;
let connection: NatsConnection;
let app: INestMicroservice;
let gate = new ScriptedGate();

beforeAll(async () => {
  nats = await startTestNats();
  connection = await connect({ servers: nats.url });
});

beforeEach(() => {
  gate = new ScriptedGate();
  taken = [];
});

afterEach(async () => {
  await app.close();
});

afterAll(async () => {
  await connection.close();
  await nats.stop();
});

async function start(serializer?: OverloadSerializer): Promise<void> {
  const module = await Test.createTestingModule({
    imports: [ProtectionModule.forRoot({ gates: () => gate })],
    controllers: [OrdersController],
  }).compile();
  app = module.createNestMicroservice({
    transport: Transport.NATS,
    options: { servers: nats.url, ...(serializer ? { serializer } : {}) },
    logger: false,
  });
  await app.listen();
  // Nest does not wait until the server knows of the subscriptions.
  await app.unwrap<NatsConnection>().flush();
}

/** Asks as Nest's client does. */
function ask(pattern: string, sent: Record<string, string> = {}): Promise<Msg> {
  const msgHeaders = headers();
  for (const [name, value] of Object.entries(sent)) msgHeaders.set(name, value);
  const packet = JSON.stringify({ pattern, data: 'o-1', id: 'x' });
  return connection.request(pattern, packet, { headers: msgHeaders, timeout: 20_000 });
}

const REFUSED = {
  status: 'error',
  message: 'orders is overloaded: the request would wait too long',
  ok: false,
  error: {
    code: 'service_overloaded',
    message: 'orders is overloaded: the request would wait too long',
    details: {
      subject: 'orders',
      criticality: 'default',
      reason: 'predicted_wait',
      state: 'active',
      retryable: true,
      predicted_wait_ms: 701,
      retry_after_ms: 2001,
    },
    intake_error_code: null,
  },
  context: { request_id: '' },
};

it('serves what is admitted, with what the handler reports', async () => {
  await start(new OverloadSerializer());

  const answer = await ask('orders.find');

  expect(answer.json()).toEqual({ response: { id: 'o-1' }, isDisposed: true, id: 'x' });
  expect(answer.headers?.keys() ?? []).toEqual([]);
  expect(gate.settled).toEqual([{ outcome: 'success', report: { serviceMs: 7 } }]);
});

it('refuses with the error of the contract and headers that say when to come back', async () => {
  await start(new OverloadSerializer());
  gate.refuse();

  const answer = await ask('orders.find');

  expect(answer.json()).toEqual({ err: REFUSED, isDisposed: true, id: 'x' });
  expect(Object.fromEntries([...answer.headers!].map(([name, [value]]) => [name, value]))).toEqual({
    'Nats-Service-Error-Code': '429',
    'Nats-Service-Error': REFUSED.message,
    'Retry-After-Ms': '2001',
    'Overload-Retryable': 'true',
    'Overload-State': 'active',
    'Overload-Wait-Ms': '701',
  });
});

it("refuses in the body alone with Nest's own serializer", async () => {
  await start();
  gate.refuse({ retryable: false });

  const answer = await ask('orders.find');

  expect(answer.json()).toMatchObject({
    err: { error: { code: 'service_overloaded', details: { retryable: false } } },
  });
  expect(answer.headers).toBeUndefined();
});

it('tells admission of class, tenant and deadline', async () => {
  await start();

  await ask('orders.find', { 'x-criticality': 'sheddable', 'x-timeout-ms': '900', tenant_id: 'a' });

  expect(gate.requests).toEqual([{ criticality: 'sheddable', tenantId: 'a', deadlineLeftMs: 900 }]);
});

it.each`
  effectiveStatus | asks   | told
  ${'inactive'}   | ${'0'} | ${undefined}
  ${'inactive'}   | ${'1'} | ${'inactive'}
  ${'warning'}    | ${'0'} | ${'warning'}
`('tells $told of the load while $effectiveStatus, asked $asks', async (given) => {
  await start(new OverloadSerializer());
  gate.show({ effectiveStatus: given.effectiveStatus });

  const answer = await ask('orders.find', { 'x-overload-report': given.asks });

  expect(answer.headers?.get('Overload-State')).toBe(given.told);
  expect(answer.json()).toMatchObject({ response: { id: 'o-1' } });
});

it('answers with a plain value as before, without a load report', async () => {
  await start(new OverloadSerializer());
  gate.show({ effectiveStatus: 'active' });

  const answer = await ask('orders.count');

  expect(answer.json()).toEqual({ response: 3, isDisposed: true, id: 'x' });
});

it('drops events that are refused, and takes the next', async () => {
  await start();
  const place = (order: number) =>
    connection.publish('orders.placed', JSON.stringify({ pattern: 'orders.placed', data: order }));
  gate.refuse();
  place(1);
  await eventually(() => gate.requests.length === 1);
  gate.admitAgain();

  place(2);

  await eventually(() => taken.length > 0);
  expect(taken).toEqual([2]);
  await eventually(() => gate.inHand === 0);
});
