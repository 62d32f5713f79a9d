import { type GatewayDeliveryDocument, notificationSubjectOf } from '@beamline/contracts/core';
import { eventually } from '@beamline/testing';
import { call, leads, RouterPlant } from './router-plant.fixture.js';

const DECIDE = 'beamline.router.v1.decide';
const DRILL = { pending_messages: 1500, latency_p95_ms: 6000, seconds: 60 };

let plant: RouterPlant;

beforeEach(async () => {
  plant = await RouterPlant.start();
});
afterEach(() => plant.stop());

describe('the load', () => {
  it('is told over NATS by heartbeat, under one epoch, each newer than the one before', async () => {
    const heard = await plant.pushes(notificationSubjectOf(DECIDE));
    await plant.replica({ GATEWAY_NOTIFY_HEARTBEAT_MS: '100' });

    await eventually(() => heard.length >= 3);

    const [first] = heard;
    expect(first).toMatchObject({
      type: 'backpressure_status',
      subject: DECIDE,
      status: 'inactive',
      effective_status: 'inactive',
      retry_after_seconds: 0,
      ttl_ms: 3000,
      credit: null,
    });
    expect(heard.map(({ seq }) => seq)).toEqual(heard.map((_, index) => index + 1));
    expect(new Set(heard.map(({ epoch }) => epoch)).size).toBe(1);
  });

  it('goes to endpoints when it changes, signed, the same as over NATS', async () => {
    const running = await plant.replica();
    const gateway = await plant.gateway();
    await eventually(() => leads(running));
    const heard = await plant.pushes();
    await call(running, 'POST', 'gateways', { body: { endpoint: gateway.url } });

    await call(running, 'PUT', `backpressure/drills/${DECIDE}`, { body: DRILL });
    await eventually(() => gateway.told.some(({ status }) => status === 'active'));
    await call(running, 'DELETE', `backpressure/drills/${DECIDE}`);
    await eventually(() => gateway.told.at(-1)?.status === 'inactive');

    const active = gateway.told.find(({ status }) => status === 'active');
    expect(active).toMatchObject({ subject: DECIDE, retry_after_seconds: 30 });
    expect(heard).toContainEqual(active);
  });

  it('is kept in the record of what became of each delivery', async () => {
    const running = await plant.replica();
    const gateway = await plant.gateway();
    await eventually(() => leads(running));
    const { body } = await call(running, 'POST', 'gateways', { body: { endpoint: gateway.url } });
    const id = encodeURIComponent(body.data.endpoint_id);

    await call(running, 'PUT', `backpressure/drills/${DECIDE}`, { body: DRILL });

    await eventually(async () => {
      const { body: answer } = await call(running, 'GET', `gateways/${id}/deliveries`);
      expect(answer.data).toContainEqual(
        expect.objectContaining({
          subject: DECIDE,
          status: 'active',
          outcome: 'delivered',
          http_status: 204,
          failure: null,
          attempts: 1,
        }),
      );
    });
    expect((await call(running, 'GET', 'gateways/nobody/deliveries')).status).toBe(404);
  });

  it('is told with the credit as soon as a request is refused', async () => {
    const running = await plant.replica({ OVERLOAD_MODE: 'strict' });
    await eventually(() => leads(running));
    const heard = await plant.pushes(notificationSubjectOf(DECIDE));
    await call(running, 'PUT', `backpressure/drills/${DECIDE}`, { body: DRILL });
    await eventually(() => heard.at(-1)?.status === 'active');
    expect(heard.at(-1)?.credit).toBeNull();

    await plant.nc.request(DECIDE, 'never read', { timeout: 20_000 });

    await eventually(() => heard.at(-1)?.credit === 0);
    await call(running, 'DELETE', `backpressure/drills/${DECIDE}`);
    await eventually(() => heard.at(-1)?.credit === null);
    expect(heard.at(-1)?.status).toBe('inactive');
  });
});

describe('two replicas', () => {
  it('are led by one, and by the other under a greater epoch when that one is gone', async () => {
    const heard = await plant.pushes(notificationSubjectOf(DECIDE));
    const a = await plant.replica({ ROUTER_REPLICA_ID: 'a' });
    const b = await plant.replica({ ROUTER_REPLICA_ID: 'b' });
    await eventually(() => leads(a));
    await eventually(() => heard.length >= 2);
    const epochOfA = heard[0]?.epoch ?? Infinity;

    // Like a crash: nobody is told of it.
    await a.router.link.close();
    await eventually(() => heard.some(({ epoch }) => epoch > epochOfA));

    expect(leads(b)).toBe(true);
    const epochs = heard.map(({ epoch }) => epoch);
    expect(epochs).toEqual(epochs.toSorted((x, y) => x - y));
  });

  it('tell what became of deliveries, whichever of them sent them', async () => {
    const gateway = await plant.gateway();
    const a = await plant.replica({ ROUTER_REPLICA_ID: 'a' });
    const b = await plant.replica({ ROUTER_REPLICA_ID: 'b' });
    await eventually(() => leads(a));
    const { body } = await call(b, 'POST', 'gateways', { body: { endpoint: gateway.url } });
    const path = `gateways/${encodeURIComponent(body.data.endpoint_id)}/deliveries`;

    await eventually(async () => {
      const { body: answer } = await call<readonly GatewayDeliveryDocument[]>(b, 'GET', path);
      expect(answer.data).toContainEqual(expect.objectContaining({ outcome: 'delivered' }));
    });
    expect(leads(b)).toBe(false);
  });

  it('share registrations', async () => {
    const a = await plant.replica({ ROUTER_REPLICA_ID: 'a' });
    const b = await plant.replica({ ROUTER_REPLICA_ID: 'b' });

    const body = { endpoint: 'http://localhost:3000/' };
    const registered = await call(a, 'POST', 'gateways', { body });

    await eventually(async () =>
      expect((await call(b, 'GET', 'gateways')).body.data).toEqual([registered.body.data]),
    );
  });

  it('remember registrations when all of them start anew', async () => {
    const a = await plant.replica();
    const body = { endpoint: 'http://localhost:3000/' };
    const registered = await call(a, 'POST', 'gateways', { body });
    await a.router.close();

    const b = await plant.replica();

    await eventually(async () =>
      expect((await call(b, 'GET', 'gateways')).body.data).toEqual([registered.body.data]),
    );
  });
});
