import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { ask } from './ask.js';
import { askConsumerPosition } from './consumer-position.js';
import { NatsLink } from './nats-link.js';
import { listenForEver } from './standing-subscription.js';

let nats: TestNats;
let link: NatsLink;
const ignore = () => undefined;
const question = (subject: string, timeoutMs = 2000) => ({ subject, payload: 'why', timeoutMs });

beforeEach(async () => {
  nats = await startTestNats();
  link = new NatsLink({ servers: nats.url, reconnectDelayMs: 20 }, ignore);
  link.start();
  await link.ready;
});
afterEach(async () => {
  await link.close();
  await nats.stop();
});

describe('a question', () => {
  it('is answered, with its headers heard', async () => {
    const connection = await link.ready;
    connection.subscribe('who', {
      callback: (_error, message) => {
        message.respond(`${message.string()} ${message.headers?.get('x-api-key')}`);
      },
    });

    const asked = await ask(link, { ...question('who'), headers: { 'x-api-key': 'k' } });

    expect(asked.ok && Buffer.from(asked.data).toString()).toBe('why k');
  });

  it('that nobody listens to fails at once', async () => {
    expect(await ask(link, question('nobody'))).toEqual({ ok: false, reason: 'no_responders' });
  });

  it('that nobody answers fails in time', async () => {
    (await link.ready).subscribe('silent', { callback: ignore });

    expect(await ask(link, question('silent', 50))).toEqual({ ok: false, reason: 'timeout' });
  });

  it('fails at once while there is no connection', async () => {
    await nats.kill();
    await eventually(() => !link.isConnected);

    expect(await ask(link, question('who'))).toEqual({ ok: false, reason: 'disconnected' });
  });
});

it('a standing subscription hears again after a restart of the server, until it is ended', async () => {
  const heard: string[] = [];
  const end = listenForEver(link, {
    subject: 'news.*',
    hear: ({ subject, data }) => heard.push(`${subject} ${Buffer.from(data).toString()}`),
    observe: ignore,
  });
  await nats.kill();
  await eventually(() => !link.isConnected);
  await nats.restart();
  await eventually(() => link.isConnected);
  const connection = await link.ready;
  connection.publish('news.a', 'one');
  await eventually(() => heard.length === 1);

  end();
  connection.publish('news.a', 'two');
  await connection.flush();

  expect(heard).toEqual(['news.a one']);
});

it('the position of a consumer is what it has delivered and what is done', async () => {
  const connection = await link.ready;
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'work', subjects: ['work.do'] });
  await manager.consumers.add('work', { durable_name: 'worker', ack_policy: 'explicit' });
  for (let count = 0; count < 3; count += 1) await jetstream(connection).publish('work.do', 'x');
  const messages = await (
    await jetstream(connection).consumers.get('work', 'worker')
  ).fetch({
    max_messages: 2,
  });
  for await (const message of messages) if (message.seq === 1) await message.ackAck();

  expect(await askConsumerPosition(link, { stream: 'work', durable: 'worker' })).toEqual({
    deliveredSeq: 2,
    doneSeq: 1,
  });
  expect(await askConsumerPosition(link, { stream: 'work', durable: 'nobody' })).toBeUndefined();
});
