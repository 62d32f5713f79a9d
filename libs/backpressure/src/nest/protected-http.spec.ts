import { recorder, ScriptedGate } from '@beamline/testing';
import { Body, Controller, Get, type INestApplication, Post } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { OverloadEvent } from '../core/index.js';
import { RequestPermit, type RequestWork } from './permit.decorator.js';
import { Protected, Unprotected } from './protected.decorator.js';
import type { ProtectionModuleOptions } from './protection-options.js';
import { ProtectionModule } from './protection.module.js';

const SUBJECT = 'shop.orders';

let handled: string[] = [];

@Controller('orders')
@Protected(SUBJECT)
class OrdersController {
  @Get()
  list(): string[] {
    handled.push('list');
    return ['one'];
  }

  @Post()
  create(@Body() body: unknown): unknown {
    handled.push('create');
    return body;
  }

  @Unprotected()
  @Get('open')
  open(): string {
    return 'open';
  }
}

@Controller('batch')
@Protected(SUBJECT, { criticality: 'sheddable' })
class BatchController {
  @Get()
  run(): string {
    return 'ran';
  }
}

@Controller('plain')
class PlainController {
  @Get()
  plain(@RequestPermit() work: RequestWork): string {
    work.report({ serviceMs: 1 });
    return 'plain';
  }
}

@Controller('health')
class HealthController {
  @Get()
  health(): string {
    return 'up';
  }
}

let app: INestApplication | undefined;
let gate = new ScriptedGate();
let asked: string[] = [];
const facts = recorder<OverloadEvent>();

async function start(
  options: Partial<ProtectionModuleOptions> = {},
  everywhere = false,
): Promise<string> {
  const gates = (subject: string) => {
    asked.push(subject);
    return gate;
  };
  const module = await Test.createTestingModule({
    imports: [ProtectionModule.forRoot({ gates, observe: facts.observe, everywhere, ...options })],
    controllers: [OrdersController, BatchController, PlainController, HealthController],
  }).compile();
  app = module.createNestApplication(new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

beforeEach(() => {
  gate = new ScriptedGate();
  handled = [];
  asked = [];
  facts.clear();
});

afterEach(async () => {
  await app?.close();
});

it.each([undefined, 429, 503] as const)(
  'refuses with status %s, when to come back and why',
  async (status) => {
    const url = await start(status ? { httpStatus: status } : {});
    gate.refuse();

    const response = await fetch(`${url}/orders`, { method: 'POST', body: '{}' });

    expect(response.status).toBe(status ?? 429);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': expect.stringContaining('application/problem+json'),
      'retry-after': '3',
      'overload-state': 'active',
      'overload-wait-ms': '701',
    });
    expect(await response.json()).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity',
      status: status ?? 429,
      code: 'service_overloaded',
      subject: SUBJECT,
      reason: 'predicted_wait',
      retryable: true,
      retry_after_ms: 2001,
    });
    expect(handled).toEqual([]);
  },
);

it('tells admission of class, tenant and deadline', async () => {
  const url = await start();

  await fetch(`${url}/orders`, {
    headers: { 'x-criticality': 'SHEDDABLE', 'x-timeout-ms': '1500', 'x-tenant-id': 'acme' },
  });

  expect(gate.requests).toEqual([
    { criticality: 'sheddable', tenantId: 'acme', deadlineLeftMs: 1500 },
  ]);
});

it.each`
  name               | what                 | value
  ${'x-criticality'} | ${'no class'}        | ${'very'}
  ${'x-criticality'} | ${'a long text'}     | ${'9'.repeat(5000)}
  ${'x-timeout-ms'}  | ${'no number'}       | ${'soon'}
  ${'x-timeout-ms'}  | ${'below zero'}      | ${'-1'}
  ${'x-timeout-ms'}  | ${'NaN'}             | ${'NaN'}
  ${'x-timeout-ms'}  | ${'longer than all'} | ${'1e99'}
  ${'x-timeout-ms'}  | ${'blank'}           | ${' '}
`('takes no harm from a $name that is $what', async ({ name, value }) => {
  const url = await start();

  const response = await fetch(`${url}/orders`, { headers: { [name]: value } });

  expect(response.status).toBe(200);
  expect(gate.requests).toEqual([
    { criticality: 'default', tenantId: undefined, deadlineLeftMs: undefined },
  ]);
});

it('lets nobody raise the class of a request who may not, and reports who tries', async () => {
  const url = await start({ mayRaise: (call) => call.header('x-key') === 'secret' });
  const ask = (path: string, headers: Record<string, string>) =>
    fetch(`${url}${path}`, { headers });

  await ask('/orders', { 'x-criticality': 'critical' });
  await ask('/orders', { 'x-criticality': 'critical', 'x-key': 'secret' });
  await ask('/orders', { 'x-criticality': 'critical_plus', 'x-key': 'secret' });
  await ask('/batch', {});
  await ask('/batch', { 'x-criticality': 'default' });

  const classes = gate.requests.map(({ criticality, plus }) => (plus ? 'plus' : criticality));
  expect(classes).toEqual(['default', 'critical', 'plus', 'sheddable', 'sheddable']);
  expect(facts.events).toEqual([
    { type: 'criticality-capped', subject: SUBJECT },
    { type: 'criticality-capped', subject: SUBJECT },
  ]);
});

it('asks once where decorators and global guards meet', async () => {
  const url = await start({}, true);

  await fetch(`${url}/orders`);

  expect(gate.requests).toHaveLength(1);
  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
});

it('never refuses an exempt handler', async () => {
  const url = await start();
  gate.refuse();

  const response = await fetch(`${url}/orders/open`);

  expect(await response.text()).toBe('open');
  expect(gate.requests).toEqual([]);
});

it('protects handlers without a decorator when told to, but not health', async () => {
  const url = await start({ subjectOf: ({ controller }) => controller.name }, true);
  gate.refuse();

  const [plain, health] = await Promise.all([fetch(`${url}/plain`), fetch(`${url}/health`)]);

  expect([plain.status, health.status]).toEqual([429, 200]);
  expect(asked).toEqual(['PlainController']);
});

it('leaves handlers without a decorator alone otherwise', async () => {
  const url = await start({}, true);
  gate.refuse();

  const response = await fetch(`${url}/plain`);

  expect(await response.text()).toBe('plain');
});

it.each`
  mode            | status        | asks   | told     | because
  ${'overloaded'} | ${'inactive'} | ${''}  | ${false} | ${'there is nothing to tell'}
  ${'overloaded'} | ${'inactive'} | ${'1'} | ${true}  | ${'the caller wants to know'}
  ${'overloaded'} | ${'warning'}  | ${''}  | ${true}  | ${'some requests are shed'}
  ${'always'}     | ${'inactive'} | ${''}  | ${true}  | ${'it was set so'}
  ${'never'}      | ${'active'}   | ${'1'} | ${false} | ${'it was set so'}
`('tells of the load with an answer: $told in mode $mode, $status, $because', async (given) => {
  const url = await start({ loadReport: given.mode });
  gate.show({ effectiveStatus: given.status });

  const response = await fetch(`${url}/orders`, {
    headers: given.asks ? { 'x-overload-report': given.asks } : {},
  });

  const { headers } = response;
  expect([headers.get('overload-state'), headers.get('overload-wait-ms')]).toEqual(
    given.told ? [given.status, '701'] : [null, null],
  );
});
