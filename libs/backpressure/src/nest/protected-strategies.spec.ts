import {
  type InboundJetStreamMessage,
  type InboundRequest,
  JetStreamHandler,
  JetStreamStrategy,
  NatsLink,
  provision,
  type Reply,
  RequestReplyHandler,
  RequestReplyStrategy,
} from '@beamline/jetstream';
import { eventually, ScriptedGate, startTestNats, type TestNats } from '@beamline/testing';
import { jetstream } from '@nats-io/jetstream';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { Controller, type INestMicroservice } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { Protected } from './protected.decorator.js';
import { ProtectionModule } from './protection.module.js';

let deliveries: number[] = [];

@Controller()
@Protected('work')
class WorkController {
  @RequestReplyHandler('ask.plain', { queue: 'q' })
  plain(message: InboundRequest): Reply {
    return message.data;
  }

  @RequestReplyHandler('ask.headed', { queue: 'q' })
  async headed(): Promise<Reply> {
    return { body: 'body', headers: { own: 'yes' } };
  }

  @JetStreamHandler({ stream: 'work', durable: 'worker' })
  work(message: InboundJetStreamMessage): void {
    const untilMs = performance.now() + Number(message.headers.get('busy-ms') ?? 0);
    while (performance.now() < untilMs);
    deliveries.push(message.deliveryCount);
    message.ack();
  }
}

let nats: TestNats;
let link: NatsLink;
let connection: NatsConnection;
let app: INestMicroservice;
let gate: ScriptedGate;

beforeAll(async () => {
  nats = await startTestNats();
  link = new NatsLink({ servers: nats.url, reconnectDelayMs: 20 }, () => undefined);
  link.start();
  connection = await link.ready;
});

beforeEach(() => {
  gate = new ScriptedGate();
  deliveries = [];
});

afterEach(async () => {
  await app.close();
});

afterAll(async () => {
  await link.close();
  await nats.stop();
});

async function serve(strategy: RequestReplyStrategy | JetStreamStrategy): Promise<void> {
  const module = await Test.createTestingModule({
    imports: [ProtectionModule.forRoot({ gates: () => gate })],
    controllers: [WorkController],
  }).compile();
  app = module.createNestMicroservice<MicroserviceOptions>({ strategy, logger: false });
  await app.listen();
}

async function serveRequests(): Promise<void> {
  const strategy = new RequestReplyStrategy({
    link,
    // Also given: a protected handler is not one that may be called straight.
    controllerOf: () => app.get(WorkController),
    onOverflow: () => 'overflow',
    onError: () => 'error',
    observe: () => undefined,
    observeIntake: () => undefined,
  });
  await serve(strategy);
  await eventually(() => strategy.isListening);
}

const ask = (subject: string): Promise<Msg> =>
  connection.request(subject, 'hello', { timeout: 20_000 });

it('answers what is admitted', async () => {
  await serveRequests();

  const answer = await ask('ask.plain');

  expect([answer.string(), answer.headers]).toEqual(['hello', undefined]);
  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
});

it('refuses requests with the answer of the contract', async () => {
  await serveRequests();
  gate.refuse();

  const answer = await ask('ask.plain');

  expect(answer.json()).toMatchObject({
    ok: false,
    error: { code: 'service_overloaded', details: { reason: 'predicted_wait' } },
  });
  expect(answer.headers?.get('Retry-After-Ms')).toBe('2001');
  expect(answer.headers?.get('Nats-Service-Error-Code')).toBe('429');
});

it('adds the load to an answer, with and without headers of its own', async () => {
  await serveRequests();
  gate.show({ effectiveStatus: 'warning' });

  const answers = [await ask('ask.plain'), await ask('ask.headed')];

  expect(answers.map((answer) => answer.string())).toEqual(['hello', 'body']);
  expect(answers.map((answer) => answer.headers?.get('Overload-State'))).toEqual([
    'warning',
    'warning',
  ]);
  expect(answers[1]?.headers?.get('own')).toBe('yes');
});

/** Takes stored messages, at most twenty at once. */
async function serveStored(): Promise<void> {
  const specs = {
    streams: [{ name: 'work', subjects: ['work.>'], retention: 'workqueue' as const }],
    consumers: [{ stream: 'work', durable: 'worker', ackWaitMs: 60_000, maxAckPending: 20 }],
  };
  const strategy = new JetStreamStrategy({
    link,
    ensure: (now) => provision(now, specs).then(() => undefined),
    observe: () => undefined,
    observeIntake: () => undefined,
  });
  await serve(strategy);
  await eventually(() => strategy.isConsuming);
}

it('begins every stored message in its turn, however little time its sender had', async () => {
  await serveStored();
  const busy = headers();
  busy.set('busy-ms', '8');
  busy.set('x-timeout-ms', '1');

  const js = jetstream(connection);
  await Promise.all(Array.from({ length: 15 }, () => js.publish('work.x', '', { headers: busy })));

  await eventually(() => expect(gate.settled).toHaveLength(15));
  expect(gate.requests.every(({ deadlineLeftMs }) => deadlineLeftMs === 1)).toBe(true);
  expect(deliveries).toEqual(Array.from({ length: 15 }, () => 1));
});

it('hands a stored message back for later instead of losing it', async () => {
  gate.refuse({ retryAfterMs: 300, retryable: false });
  await serveStored();

  await jetstream(connection).publish('work.x', 'one');
  await eventually(() => gate.requests.length === 1);
  gate.admitAgain();

  await eventually(() => deliveries.length === 1);
  expect(deliveries).toEqual([2]);
  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
});
