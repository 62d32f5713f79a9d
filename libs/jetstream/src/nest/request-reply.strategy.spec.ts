import {
  type CallHandler,
  Controller,
  type INestMicroservice,
  Module,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { map, type Observable } from 'rxjs';
import type { InboundRequest } from '../adapters/inbound-request.js';
import { NatsLink } from '../adapters/nats-link.js';
import type { Reply } from '../adapters/reply.js';
import type { IntakeEvent } from '../core/intake.events.js';
import type { ControllerLookup } from './plain-method.js';
import { RequestReplyHandler } from './request-reply-handler.js';
import {
  RequestReplyStrategy,
  type RequestReplyStrategyOptions,
} from './request-reply.strategy.js';

const text = (message: InboundRequest): string => new TextDecoder().decode(message.data);
let gate: { promise: Promise<void>; open: () => void };

class Shout implements NestInterceptor {
  intercept(_: unknown, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((answer) => `${String(answer)}!`));
  }
}

@Controller()
class EchoController {
  readonly name = 'echo';

  @RequestReplyHandler('echo', { queue: 'q' })
  echo(message: InboundRequest): Reply {
    return `${this.name} ${text(message)} ${message.headers.get('trace_id') || '-'}`;
  }

  @RequestReplyHandler('with.headers', { queue: 'q' })
  async withHeaders(): Promise<Reply> {
    return { body: 'body', headers: { trace_id: 't-1' } };
  }

  @RequestReplyHandler('bytes.*', { queue: 'q' })
  bytes(message: InboundRequest): Reply {
    return new TextEncoder().encode(message.subject);
  }

  @RequestReplyHandler('slow', { queue: 'q' })
  async slow(message: InboundRequest): Promise<Reply> {
    await gate.promise;
    return text(message);
  }

  @RequestReplyHandler('throws', { queue: 'q' })
  throws(): Reply {
    throw new Error('broken');
  }

  @RequestReplyHandler('rejects', { queue: 'q' })
  async rejects(): Promise<Reply> {
    throw new Error('broken later');
  }

  @RequestReplyHandler('nonsense', { queue: 'q' })
  nonsense(): unknown {
    return 42;
  }

  @RequestReplyHandler('too.big', { queue: 'q' })
  tooBig(): Reply {
    return 'x'.repeat(2 ** 21);
  }

  @UseInterceptors(Shout)
  @RequestReplyHandler('intercepted', { queue: 'q' })
  intercepted(): Reply {
    return 'quiet';
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

let nats: TestNats;
let link: NatsLink;
let caller: NatsConnection;
let app: INestMicroservice;
let strategy: RequestReplyStrategy;
const facts = recorder<IntakeEvent>();

async function serve(options: Partial<RequestReplyStrategyOptions> = {}): Promise<void> {
  strategy = new RequestReplyStrategy({
    link,
    onOverflow: () => 'overflow',
    onError: (error) => `error: ${error instanceof Error ? error.message : JSON.stringify(error)}`,
    observe: () => undefined,
    observeIntake: facts.observe,
    ...options,
  });
  const module = await Test.createTestingModule({ imports: [EchoModule] }).compile();
  app = module.createNestMicroservice<MicroserviceOptions>({ strategy, logger: false });
  await app.listen();
  await link.ready;
  await link.connection?.flush();
}

const ask = async (subject: string, body = 'hi', timeout = 20_000): Promise<string> =>
  (await caller.request(subject, body, { timeout })).string();

/** A request into the time without a server is lost, and asked anew soon. */
const isServed = async (): Promise<boolean> => (await ask('echo', 'hi', 500)) === 'echo hi -';

beforeEach(async () => {
  facts.clear();
  let open: () => void = () => undefined;
  gate = { promise: new Promise((resolve) => (open = resolve)), open: () => open() };
  nats = await startTestNats();
  link = new NatsLink({ servers: nats.url, reconnectDelayMs: 20 }, () => undefined);
  link.start();
  caller = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });
});

afterEach(async () => {
  await app.close();
  await link.close();
  await caller.close();
  await nats.stop();
});

const straight: ControllerLookup = (type) => app.get(type, { strict: false });

describe.each([
  ['straight', { controllerOf: straight }],
  ['through Nest', {}],
])('handlers that are called %s', (_, options) => {
  beforeEach(() => serve(options));

  it('answer with a string, and see body, headers and their own instance', async () => {
    const sent = headers();
    sent.set('trace_id', 'abc');
    const answer = await caller.request('echo', 'hi', { timeout: 20_000, headers: sent });
    expect(answer.string()).toBe('echo hi abc');
    expect(await ask('echo')).toBe('echo hi -');
  });

  it('answer with headers', async () => {
    const answer = await caller.request('with.headers', '', { timeout: 20_000 });
    expect([answer.string(), answer.headers?.get('trace_id')]).toEqual(['body', 't-1']);
  });

  it('see the subject a wildcard matched', async () => {
    expect(await ask('bytes.seven')).toBe('bytes.seven');
  });

  it.each(['throws', 'rejects', 'nonsense', 'too.big'])(
    'answer an error for %s',
    async (subject) => {
      expect(await ask(subject)).toMatch(/^error: /);
    },
  );

  it('run their interceptors', async () => {
    expect(await ask('intercepted')).toBe('quiet!');
  });
});

describe('RequestReplyStrategy', () => {
  it('listens on the configured subject instead of the declared one', async () => {
    await serve({ subjectOf: (declared) => (declared === 'echo' ? 'other.echo' : declared) });
    expect(await ask('other.echo')).toBe('echo hi -');
    await expect(ask('echo')).rejects.toThrow(/no responders/);
  });

  it('answers at once beyond its bound, and takes requests again below it', async () => {
    await serve({ maxInFlight: 2 });
    const held = [ask('slow', 'a'), ask('slow', 'b')];
    await eventually(() => strategy.inFlight === 2);
    expect(await ask('slow', 'c')).toBe('overflow');
    gate.open();
    expect(await Promise.all(held)).toEqual(['a', 'b']);
    expect(await ask('slow', 'd')).toBe('d');
  });

  it('answers every one of 10 000 requests at once', async () => {
    await serve({ maxInFlight: 100 });
    gate.open();
    const answers = await Promise.all(Array.from({ length: 10_000 }, () => ask('slow', 'x')));
    expect(answers.filter((answer) => answer !== 'x' && answer !== 'overflow')).toEqual([]);
  });

  it('survives a request whose sender wants no answer', async () => {
    await serve();
    caller.publish('echo', 'nobody hears');
    caller.publish('throws', 'nobody hears');
    expect(await ask('echo')).toBe('echo hi -');
  });

  it('answers again by itself after kill -9 of the server', async () => {
    await serve();
    await nats.kill();
    await eventually(() => !link.isConnected);
    expect(strategy.isListening).toBe(false);
    await nats.restart();
    await eventually(isServed);
    expect(strategy.isListening).toBe(true);
  });

  it('drops and reports an answer that becomes ready while the connection is down', async () => {
    await serve();
    caller.publish('slow', 'x', { reply: 'somewhere' });
    await eventually(() => strategy.inFlight === 1);
    await nats.kill();
    await eventually(() => !link.isConnected);
    gate.open();
    await eventually(() => facts.of('reply-failed').length === 1);
    expect(strategy.inFlight).toBe(0);
  });

  it('finishes what is in hand when it closes, and takes nothing new', async () => {
    await serve();
    const held = ask('slow', 'kept');
    await eventually(() => strategy.inFlight === 1);
    const closing = app.close();
    // What the server hands over before it has heard of the end is still answered: it was accepted.
    const isRefused = (): Promise<boolean> =>
      ask('echo').then(
        () => false,
        (error: unknown) => /no responders/.test(String(error)),
      );
    await eventually(isRefused).finally(() => gate.open());
    await closing;

    expect(strategy.isListening).toBe(false);
    expect(await held).toBe('kept');
  });

  it('closes in bounded time when an answer never comes', async () => {
    await serve({ closeGraceMs: 50 });
    caller.publish('slow', 'x', { reply: 'somewhere' });
    await eventually(() => strategy.inFlight === 1);
    await app.close();
    expect(strategy.inFlight).toBe(1);
  });

  it('starts without a server and listens once it comes', async () => {
    await link.close();
    await nats.kill();
    link = new NatsLink({ servers: nats.url, reconnectDelayMs: 20 }, () => undefined);
    link.start();
    const serving = serve();
    await nats.restart();
    await serving;
    await eventually(isServed);
  });
});
