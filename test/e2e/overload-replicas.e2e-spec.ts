import { connect, type NatsConnection } from '@nats-io/transport-node';
import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { alertsOf, DECIDE, flood, OverloadWatch, storedEvents } from './overload-watch.js';
import { AppProcess, EXAMPLE_POLICIES } from './stack.js';

jest.setTimeout(150_000);

let nats: TestNats;
let nc: NatsConnection;
let replicas: { readonly a: AppProcess; readonly b: AppProcess };
let a: OverloadWatch;
let b: OverloadWatch;
let alerts: any[];

beforeAll(async () => {
  nats = await startTestNats();
  nc = await connect({ servers: nats.url });
  const start = (id: string): Promise<AppProcess> =>
    AppProcess.start('router', {
      NATS_URL: nats.url,
      POLICIES_DIR: EXAMPLE_POLICIES,
      ROUTER_REPLICA_ID: id,
      // Few at once, so that a real backlog stands within seconds; thresholds that this load crosses.
      NATS_JS_MAX_ACK_PENDING: '10',
      QUEUE_OVERLOAD: '100',
      INFLIGHT_OVERLOAD: '1',
    });
  replicas = { a: await start('a'), b: await start('b') };
  a = new OverloadWatch(nc, replicas.a);
  b = new OverloadWatch(nc, replicas.b);
  alerts = alertsOf(nc);
  await nc.flush();
});

afterAll(async () => {
  await replicas.b.stop();
  await nc.close();
  await nats.stop();
});

const both = async (path: string): Promise<readonly [any, any]> =>
  Promise.all([a.get(path), b.get(path)]);

it('is one router: both replicas know each other and one leads', async () => {
  await eventually(
    async () => {
      for (const status of await both(`/subjects/${DECIDE}`)) {
        expect(status).toMatchObject({ replicas: ['a', 'b'], leader: 'a', status: 'inactive' });
      }
    },
    { timeoutMs: 15_000 },
  );
});

it('takes settings from either replica, for both', async () => {
  await b.call('PUT', `/settings/${DECIDE}`, { policy: { retry_after_seconds: 7 } });

  await eventually(async () => {
    for (const status of await both(`/subjects/${DECIDE}`)) {
      expect(status.policy.retry_after_seconds).toBe(7);
    }
  });
});

it('shows one truth under real load, also when the leader is killed in the middle of it', async () => {
  let isOver = false;
  const flooding = flood(nc, () => isOver);
  try {
    await eventually(
      async () => {
        for (const status of await both(`/subjects/${DECIDE}`)) {
          expect(status).toMatchObject({ status: 'active', leader: 'a' });
        }
      },
      { timeoutMs: 60_000 },
    );
    await eventually(async () => {
      const [seenByA, seenByB] = await both(`/history/${DECIDE}`);
      expect(seenByA).toEqual(seenByB);
      expect(seenByA.map(({ type }: any) => type)).toContain('backpressure_active');
    });

    await replicas.a.kill();
    await eventually(
      async () =>
        expect(await b.get(`/subjects/${DECIDE}`)).toMatchObject({
          leader: 'b',
          replicas: ['b'],
          status: 'active',
        }),
      { timeoutMs: 15_000 },
    );
  } finally {
    isOver = true;
    await flooding;
  }

  await eventually(
    async () => expect(await b.get(`/subjects/${DECIDE}`)).toMatchObject({ status: 'inactive' }),
    { timeoutMs: 90_000 },
  );
});

it('has told it once: every activation, recovery and alert, whoever led', async () => {
  await eventually(async () => expect((await b.eventTypes()).at(-1)).toBe('recovery'));
  const types = await b.eventTypes();
  const changes = types.filter(
    (type) => type !== 'shedding_started' && type !== 'shedding_stopped',
  );

  // No two activations without a recovery between them: who took the lead went on from where the last one stood.
  const activations = changes.filter((type) => type === 'backpressure_active').length;
  const repeated = changes.filter((type, at) => at > 0 && type === changes[at - 1]);
  expect(activations).toBeGreaterThan(0);
  expect(repeated).toEqual([]);
  expect((await storedEvents(nc)).map(({ type }) => type)).toEqual(types);
  expect(alerts.map(({ state }) => state)).toEqual(
    Array.from({ length: activations }, () => ['raised', 'resolved']).flat(),
  );
  expect((await b.get(`/aggregates/${DECIDE}`)).total.active_events).toBe(activations);
});

it('takes a replica back that comes again', async () => {
  const again = await AppProcess.start('router', {
    NATS_URL: nats.url,
    POLICIES_DIR: EXAMPLE_POLICIES,
    ROUTER_REPLICA_ID: 'a',
  });
  const watch = new OverloadWatch(nc, again);

  await eventually(
    async () => {
      for (const each of [watch, b]) {
        expect(await each.get(`/subjects/${DECIDE}`)).toMatchObject({
          replicas: ['a', 'b'],
          leader: 'a',
        });
      }
      expect(await watch.get(`/events?subject=${DECIDE}`)).toEqual(
        await b.get(`/events?subject=${DECIDE}`),
      );
    },
    { timeoutMs: 20_000 },
  );
  await again.stop();
});
