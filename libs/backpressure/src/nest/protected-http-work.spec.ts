import { eventually, ScriptedGate } from '@beamline/testing';
import {
  BadRequestException,
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  type INestApplication,
  Injectable,
  type MessageEvent,
  Res,
  Sse,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { request as httpRequest, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { lastValueFrom, type Observable, Subject } from 'rxjs';
import { RequestPermit, type RequestWork } from './permit.decorator.js';
import { Protected } from './protected.decorator.js';
import { ProtectionModule } from './protection.module.js';

/** What a test steers the handlers with. */
let events = new Subject<MessageEvent>();
let answers = new Subject<string>();

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
@Protected('shop.orders')
class OrdersController {
  @Get()
  list(): string[] {
    return ['one'];
  }

  @Get('slow')
  slow(): Observable<string> {
    return answers;
  }

  @Get('nothing')
  async nothing(): Promise<void> {
    await lastValueFrom(answers);
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
}

let app: INestApplication;
let gate = new ScriptedGate();
let url: string;

beforeEach(async () => {
  gate = new ScriptedGate();
  events = new Subject();
  answers = new Subject();
  const module = await Test.createTestingModule({
    imports: [ProtectionModule.forRoot({ gates: () => gate })],
    controllers: [OrdersController],
  }).compile();
  app = module.createNestApplication(new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

afterEach(async () => {
  await app.close();
});

it('serves what is admitted and gives its permit back as a success', async () => {
  const response = await fetch(`${url}/orders`);

  expect([response.status, await response.json()]).toEqual([200, ['one']]);
  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
});

it('gives the permit back of a request whose answer cannot tell of the load', async () => {
  gate.admission.view = () => {
    throw new Error('the load is not known');
  };

  const response = await fetch(`${url}/orders`);

  expect(response.status).toBe(500);
  expect(gate.settled).toEqual([{ outcome: 'ignored', report: undefined }]);
});

it.each`
  path              | outcome      | because
  ${'/orders/bad'}  | ${'ignored'} | ${'bad input says nothing about capacity'}
  ${'/orders/late'} | ${'dropped'} | ${'a timeout does'}
`('settles $path as $outcome: $because', async ({ path, outcome }) => {
  await fetch(`${url}${path}`);

  expect(gate.settled).toEqual([{ outcome, report: undefined }]);
});

it('passes on what the handler reports about its work', async () => {
  await fetch(`${url}/orders/reported`);

  expect(gate.settled).toEqual([{ outcome: 'success', report: { serviceMs: 7, queueMs: 3 } }]);
});

it('holds the permit as long as the handler works', async () => {
  const response = fetch(`${url}/orders/slow`);
  await eventually(() => gate.inHand === 1);

  answers.next('now');
  expect(gate.settled).toEqual([]);
  answers.complete();

  expect(await (await response).text()).toBe('now');
  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
});

it('holds the permit until a stream of events has ended', async () => {
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
  const reader = httpRequest(`${url}/orders/events`);
  reader.on('error', () => undefined).end();
  await eventually(() => gate.inHand === 1);
  events.next({ data: 'first' });

  reader.destroy();

  await eventually(() => gate.inHand === 0);
  expect(gate.settled).toEqual([{ outcome: 'ignored', report: undefined }]);
});

it('holds the permit until a file is sent', async () => {
  const response = await fetch(`${url}/orders/file`);

  expect(await response.text()).toBe('ab');
  await eventually(() => gate.inHand === 0);
  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
});

it('gives the permit back when the reader of a file leaves', async () => {
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
  const response = await fetch(`${url}/orders/own`);

  expect(await response.text()).toBe('mine');
  await eventually(() => gate.inHand === 0);
  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
});

it('gives back at once the permit of a request that another guard refuses', async () => {
  const response = await fetch(`${url}/orders/denied`);

  expect(response.status).toBe(403);
  expect(gate.settled).toEqual([{ outcome: 'ignored', report: undefined }]);
});

it('asks anew for a request that a later guard held up', async () => {
  const response = await fetch(`${url}/orders/guarded`);

  expect(await response.text()).toBe('at last');
  expect(gate.settled.map(({ outcome }) => outcome)).toEqual(['ignored', 'success']);
});

it('gives the permit back when the work ends after its caller has left', async () => {
  const reader = httpRequest(`${url}/orders/nothing`);
  const left = new Promise((resolve) => {
    app.getHttpServer().once('request', (_request: unknown, response: ServerResponse) => {
      response.once('close', resolve);
    });
  });
  reader.on('error', () => undefined).end();
  await eventually(() => gate.inHand === 1 && answers.observed);
  reader.destroy();
  await left;

  answers.next('late');
  answers.complete();

  await eventually(() => gate.inHand === 0);
  expect(gate.settled).toEqual([{ outcome: 'ignored', report: undefined }]);
});
