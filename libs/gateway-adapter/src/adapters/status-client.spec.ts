import { notificationSubjectOf } from '@beamline/contracts/core';
import { eventually, FakeClock, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { monotonicClock } from '@beamline/kernel';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import type { GatewayEvent } from '../core/gateway.events.js';
import type { Heard, RouterLoad } from '../core/router-load.js';
import { type LoadListener, StatusClient, type StatusClientOptions } from './status-client.js';

const SUBJECT = 'beamline.router.v1.decide';
const STATUS = 'beamline.router.v1.status.backpressure';
const PUSH = { type: 'backpressure_status', status: 'active', subject: SUBJECT, epoch: 1, seq: 1 };

/** Remembers what it was told, and says whether pushes are lost as the test wants. */
class Listener {
  readonly heard: [RouterLoad, string][] = [];
  readonly polled: (RouterLoad | undefined)[] = [];
  pushesLost = true;
  views = 0;

  get listener(): LoadListener {
    return {
      hear: (load: RouterLoad, _nowMs: number, source = 'push'): Heard => {
        this.heard.push([load, source]);
        return { accepted: true, changed: false };
      },
      polled: (load: RouterLoad | undefined) => this.polled.push(load),
      view: () => {
        this.views += 1;
        return { pushesLost: this.pushesLost };
      },
    } as unknown as LoadListener;
  }
}

const seen = recorder<GatewayEvent>();
const source: { connection: NatsConnection | undefined; isConnected: boolean } = {
  connection: undefined,
  isConnected: true,
};
let nats: TestNats;
let routers: NatsConnection;
let status: StatusClient;
let subject: Listener;

const join = (): Promise<NatsConnection> =>
  connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 20 });

const clientWith = (options: StatusClientOptions = {}, clock = monotonicClock): StatusClient =>
  new StatusClient(source, options, { clock, random: () => 0.5, observe: seen.observe });

const answer = (reply: (message: Msg) => string): Promise<void> => {
  routers.subscribe(STATUS, {
    callback: (_error, message) => void message.respond(reply(message)),
  });
  return routers.flush();
};

const statusOf = (changes: object = {}): string =>
  JSON.stringify({
    success: true,
    data: {
      subject: SUBJECT,
      status: 'active',
      policy: { retry_after_seconds: 30 },
      timestamp: 5,
      ...changes,
    },
  });

/** Follows, starts, and waits until the subscription stands. */
const started = async (): Promise<void> => {
  status.follow(SUBJECT, subject.listener);
  status.start();
  await source.connection?.flush();
};

const push = (document: unknown): void =>
  routers.publish(notificationSubjectOf(SUBJECT), JSON.stringify(document));

beforeEach(async () => {
  seen.clear();
  nats = await startTestNats();
  source.connection = await join();
  source.isConnected = true;
  routers = await join();
  subject = new Listener();
  status = clientWith({ pollMs: 100, pollTimeoutMs: 500 });
});

afterEach(async () => {
  status.stop();
  await source.connection?.close();
  await routers.close();
  await nats.stop();
});

describe('pushes', () => {
  it('are heard for the subjects that are followed', async () => {
    await started();

    push(PUSH);
    await eventually(() => subject.heard.length === 1);

    expect(subject.heard).toMatchObject([[{ subject: SUBJECT, status: 'active' }, 'push']]);
  });

  it('are heard for a subject that is followed later', async () => {
    status.start();
    status.follow(SUBJECT, subject.listener);
    await source.connection?.flush();

    push(PUSH);
    await eventually(() => subject.heard.length === 1);
  });

  it.each([
    ['no JSON', 'no json'],
    ['another subject', JSON.stringify({ ...PUSH, subject: 'other' })],
    ['an unknown status', JSON.stringify({ ...PUSH, status: 'on fire' })],
    ['64 KiB and more', JSON.stringify({ ...PUSH, padding: 'x'.repeat(65_536) })],
  ])('that cannot be believed change nothing: %s', async (...[, text]) => {
    await started();

    routers.publish(notificationSubjectOf(SUBJECT), text);
    await eventually(() => seen.of('push-unreadable').length === 1);

    expect(subject.heard).toEqual([]);
  });

  it('are heard again after the server was gone', async () => {
    await started();
    await nats.kill();
    await nats.restart();

    await eventually(() => {
      push(PUSH);
      return subject.heard.length > 0;
    });
  });

  it('are heard on a new connection when the old one was closed for good', async () => {
    await started();
    await source.connection?.close();
    source.connection = await join();

    await eventually(() => {
      push(PUSH);
      return subject.heard.length > 0;
    });
  });

  it('are not asked for over a connection that is being closed, which takes no more', async () => {
    const closed = source.connection?.drain();
    status.follow(SUBJECT, subject.listener);

    expect(() => status.start()).not.toThrow();
    await closed;
  });

  it('are not listened to after the end', async () => {
    await started();
    status.stop();
    await source.connection?.flush();

    push(PUSH);
    await routers.flush();
    await source.connection?.flush();

    expect(subject.heard).toEqual([]);
  });

  it('are no matter to who does not want them', async () => {
    status = clientWith({ push: false });
    await started();

    push(PUSH);
    await routers.flush();
    await source.connection?.flush();

    expect(subject.heard).toEqual([]);
  });
});

describe('polling', () => {
  it('goes on while pushes are lost', async () => {
    await answer(() => statusOf());
    await started();

    await eventually(() => subject.polled.length >= 3);

    // Until the answer to the latest next poll, 110 ms later, would be 500 ms overdue.
    expect(subject.polled[0]).toMatchObject({ status: 'active', retryAfterMs: 30_000, ttlMs: 610 });
    expect(seen.of('poll-answered')[0]).toMatchObject({ outcome: 'heard' });
  });

  it('rests while pushes come', async () => {
    const clock = new FakeClock(0);
    status = clientWith({}, clock);
    subject.pushesLost = false;
    const asked: unknown[] = [];
    await answer((message) => {
      asked.push(message.json());
      return statusOf();
    });
    status.follow(SUBJECT, subject.listener);
    status.start();
    await eventually(() => subject.views >= 3);
    await source.connection?.flush();
    await routers.flush();
    expect(asked).toEqual([]);

    subject.pushesLost = true;
    await eventually(() => subject.polled.length === 1);

    expect(asked).toEqual([{ subject: SUBJECT }]);
  });

  it.each([
    ['nobody answers', undefined, 'unanswered'],
    ['the answer is no JSON', 'no json', 'unreadable'],
    ['the answer is an error', '{"success":false,"error":"no"}', 'unreadable'],
    ['the answer is about another subject', statusOf({ subject: 'other' }), 'unreadable'],
  ])('tells when %s', async (...[, reply, outcome]) => {
    if (reply !== undefined) await answer(() => reply);
    await started();

    await eventually(() => subject.polled.length > 0);

    expect(subject.polled[0]).toBeUndefined();
    expect(seen.of('poll-answered')[0]).toMatchObject({ outcome });
  });

  it('gives up on a router that is silent, and asks again', async () => {
    status = clientWith({ pollMs: 100, pollTimeoutMs: 20 });
    routers.subscribe(STATUS);
    await routers.flush();
    await started();

    await eventually(() => subject.polled.length >= 2);

    expect(subject.polled).not.toContainEqual(expect.anything());
  });

  it('asks nobody while NATS is away', async () => {
    source.isConnected = false;
    await started();

    await eventually(() => subject.polled.length > 0);

    expect(seen.of('poll-answered')[0]).toMatchObject({ outcome: 'disconnected' });
  });

  it('asks nobody before the first connection, and at once when there is one', async () => {
    status = clientWith({ pollMs: 10_000 });
    const { connection } = source;
    source.connection = undefined;
    source.isConnected = false;
    await started();
    await eventually(() => subject.polled.length > 0);

    source.connection = connection;
    source.isConnected = true;
    await answer(() => statusOf());

    await eventually(() => subject.polled.some((load) => load !== undefined));
  });
});

it('hands on what came by another way to the subject it is about', async () => {
  await started();
  const load: RouterLoad = {
    subject: SUBJECT,
    status: 'warning',
    effectiveStatus: 'warning',
    retryAfterMs: 0,
    credit: undefined,
    ttlMs: 3000,
    atMs: 0,
  };

  expect(status.deliver(load, 'webhook')).toEqual({ accepted: true, changed: false });
  expect(status.deliver({ ...load, subject: 'other' }, 'webhook')).toBeUndefined();
  expect(subject.heard).toEqual([[load, 'webhook']]);
});

it.each([
  ['pollMs', 99, '100 to 10000'],
  ['pollMs', 10_001, '100 to 10000'],
  ['pollMs', Number.NaN, '100 to 10000'],
  ['pollTimeoutMs', 0, '≥ 1'],
])('refuses %s %d', (name, value, rule) => {
  expect(() => clientWith({ [name]: value })).toThrow(
    `StatusClient ${name} must be ${rule} (got ${value})`,
  );
});
