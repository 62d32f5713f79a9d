import { eventually, recorder, ScriptedGate } from '@beamline/testing';
import {
  BadRequestException,
  Body,
  type CanActivate,
  type ExecutionContext,
  Controller,
  ForbiddenException,
  Get,
  Injectable,
  type MessageEvent,
  Post,
  Res,
  Sse,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { type Observable, Subject } from 'rxjs';
import type { OverloadEvent } from '../core/index.js';
import { Protected, Unprotected } from './protected.decorator.js';
import { RequestPermit, type RequestWork } from './permit.decorator.js';
import type { ProtectionModuleOptions } from './protection-options.js';
import { ProtectionModule } from './protection.module.js';

const SUBJECT = 'shop.orders';

/** What a test steers the handlers with. */
let events = new Subject<MessageEvent>();
let answers = new Subject<string>();
let handled: string[] = [];

@Injectable()
class Denying implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException();
  }
}

@Injectable()
class Slow implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    return context.getType() === 'http';
  }
}

@Controller('orders')
@Protected(SUBJECT)
class OrdersController {
  @Get()
  list(): string[] {
    handled.push('list');
    return ['one'];
  }

  @Get('slow')
  slow(): Observable<string> {
    return answers;
  }

  @Get('bad')
  bad(): never {
    throw new BadRequestException();
  }

  @Get('late')
  late(): never {
    throw Object.assign(new Error('no answer in time'), { name: 'TimeoutError' });
  }

  @Get('reported')
  reported(@RequestPermit() work: RequestWork): string {
    work.report({ serviceMs: 7, queueMs: 3 });
    return 'done';
  }

  @Post()
  create(@Body() body: unknown): unknown {
    handled.push('create');
    return body;
  }

  @Sse('events')
  events(): Observable<MessageEvent> {
    return events;
  }

  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(Readable.from(['a', 'b']));
  }

  @Get('endless')
  endless(): StreamableFile {
    const stream = new Readable({ read: () => undefined });
    stream.push('begin');
    return new StreamableFile(stream);
  }

  @Get('own')
  own(@Res() reply: { send(body: string): void }): void {
    setTimeout(() => reply.send('mine'), 20);
  }

  @Get('denied')
  @UseGuards(Denying)
  denied(): string {
    return 'never';
  }

  @Get('guarded')
  @UseGuards(Slow)
  guarded(): string {
    return 'at last';
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
  events = new Subject();
  answers = new Subject();
  handled = [];
  asked = [];
  facts.clear();
});

afterEach(async () => {
  await app?.close();
});

it('serves what is admitted and gives its permit back as a success', async () => {
  const url = await start();

  const response = await fetch(`${url}/orders`);

  expect([response.status, await response.json()]).toEqual([200, ['one']]);
  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
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

it.each`
  path              | outcome      | because
  ${'/orders/bad'}  | ${'ignored'} | ${'bad input says nothing about capacity'}
  ${'/orders/late'} | ${'dropped'} | ${'a timeout does'}
`('settles $path as $outcome: $because', async ({ path, outcome }) => {
  const url = await start();

  await fetch(`${url}${path}`);

  expect(gate.settled).toEqual([{ outcome, report: undefined }]);
});

it('passes on what the handler reports about its work', async () => {
  const url = await start();

  await fetch(`${url}/orders/reported`);

  expect(gate.settled).toEqual([{ outcome: 'success', report: { serviceMs: 7, queueMs: 3 } }]);
});

it('holds the permit as long as the handler works', async () => {
  const url = await start();
  const response = fetch(`${url}/orders/slow`);
  await eventually(() => gate.inHand === 1);

  answers.next('now');
  expect(gate.settled).toEqual([]);
  answers.complete();

  expect(await (await response).text()).toBe('now');
  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
});

it('holds the permit until a stream of events has ended', async () => {
  const url = await start();
  const response = await Promise.all([
    fetch(`${url}/orders/events`),
    eventually(() => gate.inHand === 1).then(() => events.next({ data: 'first' })),
  ]);

  expect(gate.settled).toEqual([]);
  events.complete();

  expect(await response[0].text()).toContain('data: first');
  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
});

it('gives the permit back when the reader of events leaves, as one that says nothing', async () => {
  const url = await start();
  const reader = httpRequest(`${url}/orders/events`);
  reader.on('error', () => undefined).end();
  await eventually(() => gate.inHand === 1);
  events.next({ data: 'first' });

  reader.destroy();

  await eventually(() => gate.inHand === 0);
  expect(gate.settled).toEqual([{ outcome: 'ignored', report: undefined }]);
});

it('holds the permit until a file is sent', async () => {
  const url = await start();

  const response = await fetch(`${url}/orders/file`);

  expect(await response.text()).toBe('ab');
  await eventually(() => gate.inHand === 0);
  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
});

it('gives the permit back when the reader of a file leaves', async () => {
  const url = await start();
  const reader = httpRequest(`${url}/orders/endless`);
  const begun = new Promise((resolve) => {
    reader.on('response', (response) => response.once('data', resolve));
  });
  reader.on('error', () => undefined).end();
  await begun;
  expect(gate.inHand).toBe(1);

  reader.destroy();

  await eventually(() => gate.inHand === 0);
  expect(gate.settled).toEqual([{ outcome: 'ignored', report: undefined }]);
});

it('holds the permit until a handler has sent its own response', async () => {
  const url = await start();

  const response = await fetch(`${url}/orders/own`);

  expect(await response.text()).toBe('mine');
  await eventually(() => gate.inHand === 0);
  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
});

it('gives back at once the permit of a request that another guard refuses', async () => {
  const url = await start();

  const response = await fetch(`${url}/orders/denied`);

  expect(response.status).toBe(403);
  expect(gate.settled).toEqual([{ outcome: 'ignored', report: undefined }]);
});

it('asks anew for a request that a later guard held up', async () => {
  const url = await start();

  const response = await fetch(`${url}/orders/guarded`);

  expect(await response.text()).toBe('at last');
  expect(gate.settled.map(({ outcome }) => outcome)).toEqual(['ignored', 'success']);
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
