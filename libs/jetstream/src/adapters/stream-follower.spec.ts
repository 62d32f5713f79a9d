import { ignoreEvents } from '@beamline/kernel';
import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { NatsLink } from './nats-link.js';
import { StreamFollower } from './stream-follower.js';

let nats: TestNats;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

it('makes the stream where it is missing', async () => {
  const { connection, name } = await aFollowed();

  const { config } = await (await jetstreamManager(connection)).streams.info(name);
  expect(config.subjects).toEqual([`${name}.>`]);
});

it('tells what was there before and what comes after, in order, and only of its subjects', async () => {
  const name = aName();
  const { told, publish } = await aFollowed({ name, before: ['a.1', 'b.1', 'a.2'] });

  await publish('a.3', 'b.2', 'a.4');

  await eventually(() => told.length === 4);
  expect(told).toEqual(['a.1', 'a.2', 'a.3', 'a.4']);
});

it.each([1, 2, 3, 9])(
  'reads only the newest %i messages back, whatever lies between them',
  async (readBack) => {
    const before = ['a.1', 'b', 'a.2', 'b', 'b', 'a.3', 'b', 'a.4', 'b', 'a.5', 'b', 'b'];
    const { told } = await aFollowed({ before, readBack });

    expect(told).toEqual(['a.1', 'a.2', 'a.3', 'a.4', 'a.5'].slice(-readBack));
  },
);

it('tells each message once through a crash of the server', async () => {
  const server = await startTestNats();
  const { told, publish, follower } = await aFollowed({ url: server.url, before: ['a.1'] });

  await server.kill();
  await eventually(() => follower.state === 'unreachable');
  await server.restart();
  await eventually(() => follower.state === 'synced');
  await publish('a.2');

  await eventually(() => told.length === 2);
  expect(told).toEqual(['a.1', 'a.2']);
  for (const end of ends.splice(0).toReversed()) await end();
  await server.stop();
});

it('finds its place again when its consumer is deleted', async () => {
  const { told, publish, connection, name } = await aFollowed({ before: ['a.1'] });
  const manager = await jetstreamManager(connection);

  for await (const consumer of manager.consumers.list(name)) {
    await manager.consumers.delete(name, consumer.name);
  }
  await publish('a.2');

  await eventually(() => told.length === 2);
  expect(told).toEqual(['a.1', 'a.2']);
});

it('makes a deleted stream anew and follows it from its beginning', async () => {
  const { told, publish, connection, name, follower } = await aFollowed({ before: ['a.1', 'a.2'] });
  const created = follower.position?.created;

  await (await jetstreamManager(connection)).streams.delete(name);
  await eventually(() => follower.state === 'synced' && follower.position?.created !== created);
  await publish('a.3');

  await eventually(() => told.at(-1) === 'a.3');
  expect(told).toEqual(['a.1', 'a.2', 'a.3']);
  expect(follower.position?.seq).toBe(1);
});

it('tells all of a stream that took the place of a deleted one, however long it is', async () => {
  const { told, publish, connection, name } = await aFollowed({ before: ['a.1', 'a.2'] });
  const manager = await jetstreamManager(connection);

  await manager.streams.delete(name);
  await manager.streams.add({ name, subjects: [`${name}.>`] });
  await publish('a.3', 'a.4', 'a.5', 'a.6');

  await eventually(() => told.at(-1) === 'a.6');
  expect(told).toEqual(['a.1', 'a.2', 'a.3', 'a.4', 'a.5', 'a.6']);
});

it('says so when a stream of that name cannot serve, and starts when it is gone', async () => {
  const name = aName();
  const connection = await aConnection(nats.url);
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name, subjects: [`${name}.>`], retention: 'workqueue' });

  const { follower } = await aFollowed({ name, state: 'incompatible' });

  expect(follower.detail).toContain('retention');
  await manager.streams.delete(name);
  await eventually(() => follower.state === 'synced');
});

interface Wanted {
  readonly name?: string;
  readonly url?: string;
  readonly before?: readonly string[];
  readonly readBack?: number;
  readonly state?: string;
}

/** A follower of the subjects `<name>.a.>`, and the parts of the subjects it was told of after the name. */
async function aFollowed({ name = aName(), url = nats.url, ...wanted }: Wanted = {}) {
  const link = aLink(url);
  const connection = await link.ready;
  const publish = async (...subjects: readonly string[]): Promise<void> => {
    for (const subject of subjects) await jetstream(connection).publish(`${name}.${subject}`, '');
  };
  const before = wanted.before ?? [];
  if (before.length > 0) {
    await (await jetstreamManager(connection)).streams.add({ name, subjects: [`${name}.>`] });
    await publish(...before);
  }
  const told: string[] = [];
  const follower = new StreamFollower(
    {
      spec: { name, subjects: [`${name}.>`] },
      filterSubject: `${name}.a.>`,
      readBack: wanted.readBack ?? 100,
      auditEveryMs: 100,
    },
    {
      entry: ({ subject }) => void told.push(subject.slice(name.length + 1)),
      caughtUp: () => undefined,
      stateChanged: () => undefined,
    },
  );
  ends.push(() => follower.stop());
  follower.start(link);
  await eventually(() => follower.state === (wanted.state ?? 'synced'));
  return { follower, told, publish, connection, name };
}

let names = 0;

function aName(): string {
  names += 1;
  return `followed-${names}`;
}

function aLink(url: string): NatsLink {
  const link = new NatsLink({ servers: url, reconnectDelayMs: 50 }, ignoreEvents);
  link.start();
  ends.push(() => link.close());
  return link;
}

async function aConnection(url: string) {
  return aLink(url).ready;
}
