import { eventually, FakeClock, NatsParts, startTestNats, type TestNats } from '@beamline/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { aListener, aLoad, aNotifier } from './notifier.fixture.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeEach(async () => {
  nats = await startTestNats();
});
afterEach(async () => {
  await parts.end();
  await nats.stop();
});

it('tells endpoints the very same as who listens on NATS', async () => {
  const { heard } = await aListener(parts);
  const { notifier, source, courier, registry } = await aNotifier(parts);
  source.set(aLoad({ status: 'active' }));
  registry.add('http://one');
  registry.add('http://two');

  notifier.start();

  await eventually(() => heard.length === 1);
  expect(courier.sent).toEqual([
    { to: 'http://one', notification: heard[0] },
    { to: 'http://two', notification: heard[0] },
  ]);
  expect(JSON.stringify(courier.sent[0]?.notification)).toBe(JSON.stringify(heard[0]));
});

it('tells endpoints of a transition, and of another credit only by heartbeat', async () => {
  const { heard } = await aListener(parts);
  const { notifier, source, courier, registry } = await aNotifier(parts);
  registry.add('http://one');
  source.set(aLoad({ creditPerSecond: 10 }));
  notifier.start();

  source.set(aLoad({ creditPerSecond: 9 }));
  notifier.changed('work.do');
  await eventually(() => heard.length === 2);
  source.set(aLoad({ creditPerSecond: null }));
  notifier.changed('work.do');
  await eventually(() => heard.length === 3);

  expect(courier.sent.map(({ notification }) => notification.credit)).toEqual([10, null]);
});

it('tells endpoints again and again while something is wrong, and seldom when all is well', async () => {
  const clock = new FakeClock(0);
  const { notifier, source, courier, registry, events } = await aNotifier(parts, {
    heartbeatMs: 20,
    calmHeartbeatMs: 500,
    clock,
  });
  const beats = (): number =>
    events.filter((event) => event.type === 'notification-published' && !event.isTransition).length;
  registry.add('http://one');
  source.set(aLoad());
  notifier.start();

  clock.advance(400);
  await eventually(() => beats() > 2);
  expect(courier.sent).toHaveLength(1);
  clock.advance(100);
  await eventually(() => courier.sent.length === 2);

  source.set(aLoad({ effectiveStatus: 'warning' }));
  await eventually(() => courier.sent.length === 3);
  clock.advance(20);
  await eventually(() => courier.sent.length === 4);
});

it('tells a new endpoint at once how things stand', async () => {
  const { notifier, source, courier, registry } = await aNotifier(parts);
  source.set(aLoad({ subject: 'one' }));
  source.set(aLoad({ subject: 'two', status: 'active' }));
  notifier.start();

  registry.add('http://new');

  expect(courier.sent).toMatchObject([
    { to: 'http://new', notification: { subject: 'one', status: 'inactive', seq: 1 } },
    { to: 'http://new', notification: { subject: 'two', status: 'active', seq: 1 } },
  ]);
});

it('tells endpoints nothing while another replica leads, and forgets those that are taken out', async () => {
  const { notifier, source, courier, registry } = await aNotifier(parts, { heartbeatMs: 20 });
  source.leads = false;
  source.set(aLoad({ status: 'active' }));
  notifier.start();

  registry.add('http://one');
  notifier.changed();
  await sleep(60);
  registry.remove('http://one');

  expect(courier.sent).toEqual([]);
  expect(courier.forgotten).toEqual(['http://one']);
});

it('tells endpoints also while NATS is away', async () => {
  const { notifier, source, courier, registry, link } = await aNotifier(parts);
  registry.add('http://one');
  source.set(aLoad());
  notifier.start();
  await nats.kill();
  await eventually(() => !link.isConnected);

  source.set(aLoad({ status: 'active' }));
  notifier.changed('work.do');

  await eventually(() => courier.sent.length === 2);
  expect(courier.sent[1]).toMatchObject({ notification: { status: 'active', seq: 2 } });
});

it('tells endpoints nothing while it is cut off and another replica may lead', async () => {
  const { notifier, source, courier, registry, link, events } = await aNotifier(parts, {
    heartbeatMs: 20,
  });
  registry.add('http://one');
  source.leads = false;
  source.set(aLoad());
  notifier.start();
  await nats.kill();
  await eventually(() => !link.isConnected);

  // It hears nobody any more, and takes itself for the only one.
  source.leads = true;
  notifier.changed();
  await sleep(60);
  expect(courier.sent).toEqual([]);
  expect(events).toEqual([]);
  await nats.restart();

  await eventually(() => courier.sent.length > 0);
  expect(notifier.epoch).toBeDefined();
});
