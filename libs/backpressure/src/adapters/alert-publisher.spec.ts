import { SUBJECTS } from '@beamline/contracts/core';
import { provision } from '@beamline/jetstream';
import { eventually, NatsParts, startTestNats, type TestNats } from '@beamline/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { AlertPublisher } from './alert-publisher.js';
import { eventsStreamSpec } from './history-stream.js';
import { anAlert } from './overload-records.fixture.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => parts.end());

it.each(['warning', 'info'] as const)('tells whoever listens for %s alerts', async (severity) => {
  const { alerts, heard } = await anAlertPublisher();

  alerts.publish(anAlert({ severity }));

  await eventually(() => heard.length === 1);
  expect(heard).toEqual([
    {
      subject: `beamline.alert.v1.${severity}`,
      payload: {
        alert_name: 'RouterBackpressureActive',
        severity,
        state: 'raised',
        message: 'work.do is overloaded',
        labels: {
          subject: 'work.do',
          pending_messages: 1_500,
          latency_p95_ms: 6_000,
          inflight_messages: 3,
        },
        timestamp: 1_700_000_000_000,
      },
    },
  ]);
});

it('keeps alerts in the stream of events, each once', async () => {
  const { alerts, kept } = await anAlertPublisher();
  const before = await kept();

  alerts.publish(anAlert({ atMs: 1 }));
  alerts.publish(anAlert({ atMs: 1 }));
  alerts.publish(anAlert({ atMs: 2, state: 'resolved' }));
  await eventually(() => alerts.waiting === 0);

  expect((await kept()) - before).toBe(2);
});

it('can tell of a subject with any characters', async () => {
  const { alerts, heard, kept } = await anAlertPublisher();
  const before = await kept();

  alerts.publish(anAlert({ subject: 'ärger\r\nX: y *.>' }));

  await eventually(() => heard.length === 1 && alerts.waiting === 0);
  expect((await kept()) - before).toBe(1);
});

it('keeps alerts in order while NATS is away, and publishes them when it is back', async () => {
  const server = await startTestNats();
  const { alerts, heard, link } = await anAlertPublisher(server.url);
  await server.kill();
  await eventually(() => !link.isConnected);

  alerts.publish(anAlert({ state: 'raised' }));
  alerts.publish(anAlert({ state: 'resolved' }));
  expect(alerts.waiting).toBe(2);
  await server.restart();

  await eventually(() => alerts.waiting === 0);
  expect(heard.map(({ payload }) => payload)).toMatchObject([
    { state: 'raised' },
    { state: 'resolved' },
  ]);
  await parts.end();
  await server.stop();
});

it('tells even where no stream keeps it, and keeps it as soon as there is one', async () => {
  const server = await startTestNats();
  const { alerts, heard, manager, kept, link } = await anAlertPublisher(server.url);
  await manager.streams.delete('router-events');

  alerts.publish(anAlert({ state: 'raised' }));
  alerts.publish(anAlert({ state: 'resolved' }));
  await eventually(() => heard.length === 2);
  // Longer than what is refused is tried again.
  await sleep(3_000);
  expect(alerts.waiting).toBe(2);
  await provision(await link.ready, { streams: [eventsStreamSpec()] });

  await eventually(() => alerts.waiting === 0);
  expect(await kept()).toBe(2);
  expect(heard).toHaveLength(2);
  await parts.end();
  await server.stop();
});

async function anAlertPublisher(url: string = nats.url) {
  const link = parts.link(url);
  const connection = await link.ready;
  await provision(connection, { streams: [eventsStreamSpec()] });
  const manager = await parts.manager(url);
  const heard = await listen(connection);
  const alerts = new AlertPublisher(link, parts.publisher(link));
  parts.onEnd(() => alerts.stop());
  const kept = async (): Promise<number> => {
    const subjects = { subjects_filter: SUBJECTS.alertEvents };
    const { state } = await manager.streams.info('router-events', subjects);
    return state.subjects?.[SUBJECTS.alertEvents] ?? 0;
  };
  return { alerts, heard, manager, link, kept };
}

async function listen(connection: NatsConnection) {
  const heard: { subject: string; payload: unknown }[] = [];
  connection.subscribe('beamline.alert.v1.>', {
    callback: (_error, message) =>
      void heard.push({ subject: message.subject, payload: message.json() }),
  });
  await connection.flush();
  return heard;
}
