import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { InboundJetStreamMessage } from '../adapters/inbound-jetstream-message.js';
import { NatsLink } from '../adapters/nats-link.js';
import { provision } from '../adapters/provision.js';
import type { IntakeEvent } from '../core/intake.events.js';
import type { NatsEvent } from '../core/nats.events.js';
import type { ProvisionSpecs } from '../core/stream-spec.js';
import { JetStreamHandler } from './jetstream-handler.js';
import { JetStreamStrategy, type JetStreamStrategyOptions } from './jetstream.strategy.js';

type Handle = (message: InboundJetStreamMessage) => unknown;
const text = (message: InboundJetStreamMessage): string => new TextDecoder().decode(message.data);
let handle: Handle;

@Controller()
class WorkController {
  @JetStreamHandler({ stream: 'work', durable: 'worker' })
  work(message: InboundJetStreamMessage): unknown {
    return handle(message);
  }
}

@Module({ controllers: [WorkController] })
class WorkModule {}

const specs = (ackWaitMs = 2_000): ProvisionSpecs => ({
  streams: [{ name: 'work', subjects: ['work.>'], retention: 'workqueue' }],
  consumers: [{ stream: 'work', durable: 'worker', ackWaitMs, maxAckPending: 20 }],
});

let nats: TestNats;
let link: NatsLink;
let connection: NatsConnection;
let manager: JetStreamManager;
let app: INestMicroservice;
let strategy: JetStreamStrategy;
const facts = recorder<IntakeEvent>();

async function consume(options: Partial<JetStreamStrategyOptions> = {}): Promise<void> {
  strategy = new JetStreamStrategy({
    link,
    ensure: (now) => provision(now, specs()).then(() => undefined),
    observe: () => undefined,
    observeIntake: facts.observe,
    ...options,
  });
  const module = await Test.createTestingModule({ imports: [WorkModule] }).compile();
  app = module.createNestMicroservice<MicroserviceOptions>({ strategy, logger: false });
  await app.listen();
}

const publish = async (...bodies: string[]): Promise<void> => {
  for (const body of bodies) await jetstream(connection).publish('work.x', body);
};
const stored = async (): Promise<number> => (await manager.streams.info('work')).state.messages;

beforeEach(async () => {
  facts.clear();
  handle = (message) => message.ack();
  nats = await startTestNats();
  link = new NatsLink({ servers: nats.url, reconnectDelayMs: 20 }, () => undefined);
  link.start();
  connection = await link.ready;
  manager = await jetstreamManager(connection);
});

afterEach(async () => {
  await app.close();
  await link.close();
  await nats.stop();
});

describe('JetStreamStrategy', () => {
  it('calls a handler without enhancers straight when it may', async () => {
    const controllerOf = jest.fn(() => app.get(WorkController));
    await consume({ controllerOf });
    await eventually(() => strategy.isConsuming);
    await publish('one');
    await eventually(async () => (await stored()) === 0);
    expect(controllerOf).toHaveBeenCalledWith(WorkController);
  });

  it('hands over what a message carries, and the server forgets what is acknowledged', async () => {
    const seen: unknown[] = [];
    handle = (message) => {
      const { subject, deliveryCount, streamSequence, timestampMs } = message;
      seen.push([subject, text(message), deliveryCount, streamSequence, timestampMs > 1e12]);
      message.ack();
    };
    await consume();
    await eventually(() => strategy.isConsuming);
    await publish('one');
    await eventually(() => seen.length === 1);
    expect(seen).toEqual([['work.x', 'one', 1, 1, true]]);
    await eventually(async () => (await stored()) === 0);
  });

  it('delivers again after the delay of a nak, and never after a term', async () => {
    const seen: string[] = [];
    handle = (message) => {
      seen.push(`${text(message)} ${message.deliveryCount}`);
      if (text(message) === 'bad') message.term();
      else if (message.deliveryCount === 1) message.nak(20);
      else message.ack();
    };
    await consume();
    await eventually(() => strategy.isConsuming);
    await publish('bad', 'later');
    await eventually(async () => (await stored()) === 0);
    expect(seen).toEqual(['bad 1', 'later 1', 'later 2']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('delivers again when a handler %s, and reports it', async (_, fail) => {
    handle = (message) => (message.deliveryCount === 1 ? fail() : message.ack());
    await consume({ onError: (__, message) => message.nak(10) });
    await eventually(() => strategy.isConsuming);
    await publish('x');
    await eventually(() => facts.of('handler-failed').length === 1);
    await eventually(async () => (await stored()) === 0);
  });

  it('has no more in hand than the consumer allows', async () => {
    let most = 0;
    const waiting: (() => void)[] = [];
    handle = async (message) => {
      most = Math.max(most, strategy.inFlight);
      await new Promise<void>((resolve) => waiting.push(resolve));
      message.ack();
    };
    await consume();
    await eventually(() => strategy.isConsuming);
    await publish(...Array.from({ length: 60 }, (_, index) => String(index)));
    await eventually(() => waiting.length === 20);
    const release = setInterval(() => waiting.splice(0).forEach((go) => go()), 5);
    await eventually(async () => (await stored()) === 0);
    clearInterval(release);
    expect(most).toBe(20);
  });

  it('goes on by itself after kill -9 of the server, and loses nothing', async () => {
    const seen = new Set<string>();
    handle = (message) => {
      seen.add(text(message));
      message.ack();
    };
    await consume();
    await eventually(() => strategy.isConsuming);
    await publish('before');
    await eventually(() => seen.has('before'));
    await nats.kill();
    await eventually(() => !strategy.isConsuming);
    await nats.restart();
    await eventually(() => link.isConnected);
    await publish('after');
    await eventually(() => seen.has('after'));
    await eventually(() => strategy.isConsuming);
  });

  it.each([
    ['its consumer', () => manager.consumers.delete('work', 'worker')],
    ['its stream', () => manager.streams.delete('work')],
  ])(
    'makes %s anew when it is deleted, and goes on',
    async (_, remove) => {
      const seen: string[] = [];
      handle = (message) => {
        seen.push(text(message));
        message.ack();
      };
      await consume();
      await eventually(() => strategy.isConsuming);
      await remove();
      await eventually(() => publish('again').then(() => seen.includes('again')), {
        timeoutMs: 15_000,
      });
    },
    20_000,
  );

  it('says why its stream cannot serve, and goes on trying', async () => {
    await manager.streams.add({ name: 'work', subjects: ['work.>'] });
    const told = recorder<NatsEvent>();
    await consume({ observe: told.observe });
    await eventually(() => told.of('subscribe-failed').length >= 2);
    expect(told.of('subscribe-failed')[0]?.message).toContain('but workqueue is needed');
    await manager.streams.delete('work');
    await eventually(() => strategy.isConsuming);
  });

  it('starts before its stream can be made, and consumes once it can', async () => {
    let attempts = 0;
    await consume({
      ensure: async (now) => {
        attempts += 1;
        if (attempts < 3) throw new Error('JetStream is not there yet');
        await provision(now, specs());
      },
    });
    expect(strategy.isConsuming).toBe(false);
    await eventually(() => strategy.isConsuming);
    expect(attempts).toBe(3);
  });

  it('finishes what is in hand when it closes, and takes nothing new', async () => {
    let finish: () => void = () => undefined;
    const seen: string[] = [];
    handle = async (message) => {
      seen.push(text(message));
      await new Promise<void>((resolve) => (finish = resolve));
      message.ack();
    };
    await consume();
    await eventually(() => strategy.isConsuming);
    await publish('in hand');
    await eventually(() => strategy.inFlight === 1);
    const closing = app.close();
    await eventually(() => !strategy.isConsuming);
    await publish('too late');
    finish();
    await closing;
    expect(seen).toEqual(['in hand']);
    expect(await stored()).toBe(1);
  });

  it('closes in bounded time when a handler hangs', async () => {
    handle = () => new Promise(() => undefined);
    await consume({ closeGraceMs: 50 });
    await eventually(() => strategy.isConsuming);
    await publish('hangs');
    await eventually(() => strategy.inFlight === 1);
    await app.close();
    expect(strategy.inFlight).toBe(1);
  });
});
