import { createServer, type Server } from 'node:http';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  type GatewayNotificationDocument,
  NOTIFICATION_SUBJECTS,
  notificationSubjectOf,
} from '@beamline/contracts/core';
import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { Webhook } from 'standardwebhooks';
import { DECIDE, OverloadWatch } from './overload-watch.js';
import { AppProcess } from './stack.js';

jest.setTimeout(150_000);

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const DRILL = { pending_messages: 1500, latency_p95_ms: 6000, seconds: 3600 };
const NOT_DRILLED = { pending_messages: 0, latency_p95_ms: 1, seconds: 3600 };

let nats: TestNats;
let nc: NatsConnection;
let replicas: { readonly a: AppProcess; readonly b: AppProcess };
let server: Server;
/** Pushes about the decide subject, over NATS. */
const pushed: GatewayNotificationDocument[] = [];
/** The same by webhook, once verified. */
const posted: GatewayNotificationDocument[] = [];

beforeAll(async () => {
  nats = await startTestNats();
  nc = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  nc.subscribe(notificationSubjectOf(DECIDE), {
    callback: (_error, message) => void pushed.push(message.json()),
  });
  await nc.flush();
  server = await aGateway();
  const start = (id: string): Promise<AppProcess> =>
    AppProcess.start('router', {
      NATS_URL: nats.url,
      NATS_RECONNECT_DELAY_MS: '100',
      GATEWAY_WEBHOOK_SECRETS: SECRET,
      ROUTER_REPLICA_ID: id,
    });
  replicas = { a: await start('a'), b: await start('b') };
});

afterAll(async () => {
  await Promise.all([replicas.a.stop(), replicas.b.stop()]);
  await nc.close();
  server.closeAllConnections();
  server.close();
  await nats.stop();
});

/** A gateway that takes webhooks about the decide subject, and no forged ones. */
async function aGateway(): Promise<Server> {
  const gateway = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
      const body = Buffer.concat(chunks).toString();
      new Webhook(SECRET).verify(body, Object.fromEntries(headers));
      const notification = JSON.parse(body);
      if (notification.subject === DECIDE) posted.push(notification);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => {
    gateway.listen(0, '127.0.0.1', resolve);
  });
  return gateway;
}

async function register(router: AppProcess): Promise<void> {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const response = await fetch(`${router.addresses.http}/api/v1/gateways`, {
    method: 'POST',
    body: JSON.stringify({ endpoint: `http://127.0.0.1:${port}/hook` }),
  });
  expect(response.status).toBe(201);
}

const drill = (router: AppProcess, numbers: object): Promise<unknown> =>
  new OverloadWatch(nc, router).call('PUT', `/drills/${DECIDE}`, numbers);

/** Whether no notification is older than the one that came before it. */
function isInOrder(heard: readonly GatewayNotificationDocument[]): boolean {
  return heard.every(({ epoch, seq }, index) => {
    const before = heard[index - 1];
    if (before === undefined) return true;
    return epoch > before.epoch || (epoch === before.epoch && seq > before.seq);
  });
}

it('tells gateways over NATS and by webhook when a subject becomes overloaded', async () => {
  await eventually(() => pushed.length > 0);
  await register(replicas.b);

  for (const router of Object.values(replicas)) await drill(router, DRILL);

  await eventually(() => pushed.at(-1)?.status === 'active');
  await eventually(() => posted.at(-1)?.status === 'active');
});

it('goes on telling the same under a greater epoch when the leader is killed', async () => {
  const epoch = pushed.at(-1)?.epoch ?? Infinity;
  const already = pushed.length;

  await replicas.a.kill();
  await eventually(() => (pushed.at(-1)?.epoch ?? 0) > epoch);
  await eventually(() => (posted.at(-1)?.epoch ?? 0) > epoch);

  expect(new Set(pushed.slice(already).map(({ status }) => status))).toEqual(new Set(['active']));
  expect(isInOrder(pushed)).toBe(true);
});

it('takes up telling again when nats-server was killed, and keeps who is registered', async () => {
  await nats.kill();
  await nats.restart();
  const already = { pushed: pushed.length, posted: posted.length };

  await eventually(() => pushed.length > already.pushed);
  await eventually(() => posted.length > already.posted);
  expect(isInOrder(pushed)).toBe(true);
});

it('tells that it is over, so that nobody stays closed', async () => {
  await drill(replicas.b, NOT_DRILLED);

  await eventually(() => pushed.at(-1)?.status === 'inactive');
  await eventually(() => posted.at(-1)?.status === 'inactive');
  expect(pushed.at(-1)).toMatchObject({ retry_after_seconds: 0, credit: null });
});

it('tells a gateway that subscribes to all subjects of each of them', async () => {
  const subjects = new Set<string>();
  nc.subscribe(NOTIFICATION_SUBJECTS, {
    callback: (_error, message) =>
      void subjects.add(message.json<GatewayNotificationDocument>().subject),
  });

  await eventually(() => subjects.has(DECIDE) && subjects.size > 1);
});
