import type { GatewayNotificationDocument } from '@beamline/contracts/core';
import { eventually, NatsParts, startTestNats, type TestNats } from '@beamline/testing';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { EndpointGuard } from './endpoint-guard.js';
import { GatewayRegistry } from './gateway-registry.js';
import { Notifier } from './notifier.js';
import { aListener, aLoad, ScriptedSource } from './notifier.fixture.js';
import { WebhookCourier } from './webhook-courier.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeEach(async () => {
  nats = await startTestNats();
});
afterEach(async () => {
  await parts.end();
  await nats.stop();
});

it('tells a gateway that registered at one replica what another one leads with, byte by byte as on NATS', async () => {
  const { heard } = await aListener(parts);
  const gateway = await aGateway();
  const leader = await aReplica({ leads: true });
  const follower = await aReplica({ leads: false });

  await follower.registry.register(gateway.endpoint);
  await eventually(() => gateway.got.length > 0);
  leader.source.set(aLoad({ status: 'active', effectiveStatus: 'active', creditPerSecond: 10 }));
  leader.notifier.changed('work.do');

  await eventually(() => gateway.statuses().includes('active'));
  const published = (): readonly string[] => heard.map((each) => JSON.stringify(each));
  await eventually(() => gateway.got.every((body) => published().includes(body)));
  const [endpoint] = leader.registry.list();
  await eventually(() => leader.courier.deliveries(endpoint?.endpointId ?? '').length > 1);
  expect(leader.courier.deliveries(endpoint?.endpointId ?? '')[0]).toMatchObject({
    status: 'active',
    outcome: 'delivered',
    attempts: 1,
  });
});

it('goes on where a leader ended, with something newer', async () => {
  const gateway = await aGateway();
  const leader = await aReplica({ leads: true });
  const follower = await aReplica({ leads: false });
  await follower.registry.register(gateway.endpoint);
  await eventually(() => gateway.got.length > 0);
  const before = gateway.newest().epoch;

  await leader.end();
  follower.source.leads = true;

  await eventually(() => gateway.newest().epoch > before);
  expect(gateway.newest().seq).toBe(1);
});

it('tells a gateway no more once it is taken out, at whichever replica', async () => {
  const [gateway, other] = [await aGateway(), await aGateway()];
  const leader = await aReplica({ leads: true });
  const follower = await aReplica({ leads: false });
  await leader.registry.register(other.endpoint);
  const registered = await leader.registry.register(gateway.endpoint);
  const id = registered.ok ? registered.endpoint.endpointId : '';
  await eventually(() => gateway.got.length > 0 && follower.registry.get(id) !== undefined);

  await follower.registry.unregister(id);
  await eventually(() => leader.registry.get(id) === undefined);
  const told = gateway.got.length;
  leader.source.set(aLoad({ status: 'active' }));
  leader.notifier.changed('work.do');

  await eventually(() => other.statuses().includes('active'));
  expect(gateway.got).toHaveLength(told);
  expect(leader.courier.deliveries(id)).toEqual([]);
});

async function aReplica({ leads }: { readonly leads: boolean }) {
  const link = parts.link();
  await link.ready;
  const guard = new EndpointGuard();
  const registry = new GatewayRegistry({
    check: (endpoint) => guard.check(endpoint),
    auditEveryMs: 100,
  });
  const courier = new WebhookCourier({ guard });
  const source = new ScriptedSource();
  source.leads = leads;
  source.set(aLoad());
  const notifier = new Notifier({ source, nats: link, courier, registry, ttlMs: 20_000 });
  const end = async (): Promise<void> => {
    notifier.stop();
    await Promise.all([courier.stop(), registry.stop()]);
  };
  parts.onEnd(end);
  registry.start(link);
  notifier.start();
  await eventually(() => registry.state === 'synced');
  return { registry, courier, source, notifier, end };
}

/** A gateway that takes every notification. */
async function aGateway() {
  const got: string[] = [];
  const take = async (request: IncomingMessage): Promise<void> =>
    void got.push(await text(request));
  const server = createServer((request, response) => {
    void take(request).then(() => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  parts.onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const all = (): readonly GatewayNotificationDocument[] =>
    got.map((body): GatewayNotificationDocument => JSON.parse(body));
  return {
    endpoint: `http://127.0.0.1:${address.port}/api/backpressure`,
    got,
    statuses: () => all().map(({ status }) => status),
    newest: () => all().at(-1) ?? { epoch: 0, seq: 0 },
  };
}
