import { freePort, eventually, recorder, startTestNats, type TestNats } from '@beamline/testing';
import { connect } from '@nats-io/transport-node';
import type { NatsEvent } from '../core/nats.events.js';
import { NatsLink, type NatsLinkState } from './nats-link.js';

let nats: TestNats | undefined;
let link: NatsLink;
const facts = recorder<NatsEvent>();

beforeEach(() => facts.clear());

afterEach(async () => {
  await link.close();
  await nats?.stop();
  nats = undefined;
});

describe('NatsLink', () => {
  it('knows the version and the durability of its server', async () => {
    nats = await startTestNats();
    link = new NatsLink({ servers: nats.url }, facts.observe);
    expect(link.durability.durability).toBe('unknown');
    link.start();
    await link.ready;
    expect(link.serverVersion).toMatch(/^2\.\d+/);
    expect(link.durability.statement).toContain(`nats-server ${link.serverVersion}`);
  });

  it('keeps trying without a server, and connects when it comes', async () => {
    nats = await startTestNats();
    await nats.kill();
    link = new NatsLink({ servers: nats.url, reconnectDelayMs: 20 }, facts.observe);
    link.start();
    await eventually(() => facts.of('connect-failed').length >= 2);
    expect(facts.of('connect-failed')[0]).toMatchObject({ reason: 'connection' });

    await nats.restart();

    await link.ready;
    expect(link.isConnected).toBe(true);
    expect(facts.types().at(-1)).toBe('connected');
  });

  it('tells its watchers of loss and return', async () => {
    nats = await startTestNats();
    link = new NatsLink({ servers: nats.url, reconnectDelayMs: 20 }, facts.observe);
    const states: NatsLinkState[] = [];
    link.watch((state) => states.push(state));
    link.start();
    await link.ready;

    await nats.kill();
    await eventually(() => !link.isConnected);
    await nats.restart();
    await eventually(() => link.isConnected);

    expect(states).toEqual(['connected', 'disconnected', 'connected']);
    expect(facts.types()).toEqual(
      expect.arrayContaining(['connected', 'disconnected', 'reconnecting', 'reconnected']),
    );
  });

  it('tells a late watcher of the connection that stands, and no watcher after its end', async () => {
    nats = await startTestNats();
    link = new NatsLink({ servers: nats.url }, facts.observe);
    link.start();
    await link.ready;
    const states: NatsLinkState[] = [];
    const end = link.watch((state) => states.push(state));
    end();
    await link.close();
    expect(states).toEqual(['connected']);
    expect(facts.types().at(-1)).toBe('closed');
    // Closed on purpose, it was not lost: that would be a warning in the log of every good end.
    expect(facts.types()).not.toContain('disconnected');
  });

  it('keeps trying with credentials that the server refuses', async () => {
    nats = await startTestNats({ config: ['authorization { user: u, password: p }'] });
    link = new NatsLink({ servers: nats.url, reconnectDelayMs: 20 }, facts.observe);
    link.start();
    await eventually(() => facts.of('connect-failed').length >= 3);
    expect(facts.of('connect-failed')[0]?.reason).toBe('connection');
  });

  it('signs in with user and password', async () => {
    nats = await startTestNats({ config: ['authorization { user: u, password: p }'] });
    const credentials = { username: 'u', password: 'p' };
    link = new NatsLink({ servers: nats.url, credentials }, facts.observe);
    link.start();
    await link.ready;
    expect(link.isConnected).toBe(true);
  });

  it('closes at once while there is no server', async () => {
    link = new NatsLink({ servers: `127.0.0.1:${await freePort()}` }, facts.observe);
    link.start();
    await eventually(() => facts.of('connect-failed').length > 0);
    await link.close();
    expect(link.isConnected).toBe(false);
  });

  it('sends what is buffered before it closes', async () => {
    nats = await startTestNats();
    const other = await connect({ servers: nats.url });
    const heard: string[] = [];
    other.subscribe('last', { callback: (_, message) => void heard.push(message.string()) });
    await other.flush();
    link = new NatsLink({ servers: nats.url }, facts.observe);
    link.start();
    (await link.ready).publish('last', 'word');
    await link.close();
    await eventually(() => heard.length === 1);
    await other.close();
  });
});

describe('the driver below', () => {
  it('loses what is published while the connection is down', async () => {
    nats = await startTestNats();
    link = new NatsLink({ servers: nats.url, reconnectDelayMs: 50 }, facts.observe);
    link.start();
    const connection = await link.ready;
    await nats.kill();
    await eventually(() => !link.isConnected);
    connection.publish('during.outage', 'lost');
    await nats.restart();
    const other = await connect({ servers: nats.url });
    const heard: string[] = [];
    other.subscribe('during.>', { callback: (_, message) => void heard.push(message.subject) });
    await other.flush();
    await eventually(() => link.isConnected);
    connection.publish('during.afterwards', 'heard');
    await eventually(() => heard.length > 0);
    // Should a new driver keep them, RequestResponder and AckedPublisher may stop dropping answers.
    expect(heard).toEqual(['during.afterwards']);
    await other.close();
  });
});
