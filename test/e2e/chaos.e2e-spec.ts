import { connect as connectTcp, type Socket } from 'node:net';

import { credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { protoPath as HEALTH_PROTO } from 'grpc-health-check';
import { PROTO_LOADER_OPTIONS, PROTO_PATH } from '@beamline/contracts';
import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { aRequest } from './requests.js';
import { AppProcess, EXAMPLE_POLICIES } from './stack.js';

const DECIDE = 'beamline.router.v1.decide';
const GRACE_MS = 2000;
/** What a machine that does other things too may add. Without its bound the end would wait for minutes. */
const BUSY_MACHINE_MS = 15_000;

let nats: TestNats;
let nc: NatsConnection;
let env: Record<string, string>;
const routers: AppProcess[] = [];
const sockets: Socket[] = [];
const grpcClients: { close(): void }[] = [];

beforeEach(async () => {
  nats = await startTestNats();
  nc = await connect({ servers: nats.url });
  env = {
    NATS_URL: nats.url,
    POLICIES_DIR: EXAMPLE_POLICIES,
    LOG_LEVEL: 'warn',
    // Hundreds of requests at once are too many for a slow machine to answer in time, and none may be refused here.
    OVERLOAD_MODE: 'shadow',
    SHUTDOWN_GRACE_MS: String(GRACE_MS),
    NATS_JS_ACK_WAIT_SECONDS: '2',
    JS_BACKOFF_DECIDE: '[200]',
  };
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const client of grpcClients.splice(0)) client.close();
  await Promise.all(routers.splice(0).map((router) => router.kill()));
  await nc.close();
  await nats.stop();
});

it('answers each durable request once when one of two routers is told to stop under load', async () => {
  const total = 4000;
  const answers = await collectAnswers();
  const first = await startRouter();
  const published = publishDurable(total);
  await eventually(() => expect(answers.size).toBeGreaterThan(total / 10));

  const code = await first.stop();
  const answeredByTheFirst = answers.size;
  const second = await startRouter();
  await published;
  await eventually(() => expect(answers.size).toBe(total));

  expect(code).toBe(0);
  expect(answeredByTheFirst).toBeLessThan(total);
  expect([...answers.values()].filter((given) => given.length > 1)).toEqual([]);
  await second.stop();
});

it('ends in time whoever holds a connection open: a health watch, a kept-alive and a half-sent request', async () => {
  const router = await startRouter();
  const { grpc = '', http } = router.addresses;
  const statuses: string[] = [];
  const watch = clientOf(HEALTH_PROTO, 'grpc.health.v1.Health', grpc).watch({ service: '' });
  watch.on('data', ({ status }: { status: string }) => statuses.push(status));
  watch.on('error', () => undefined);
  const idle = await openHttp(http, 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
  await openHttp(http, 'POST /api/v1/explain HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{');
  await new Promise((answered) => idle.once('data', answered));
  await eventually(() => expect(statuses).toEqual(['SERVING']));

  const toldAtMs = performance.now();
  const code = await router.stop();

  expect(code).toBe(0);
  expect(performance.now() - toldAtMs).toBeLessThan(GRACE_MS + BUSY_MACHINE_MS);
  expect(statuses).toEqual(['SERVING', 'NOT_SERVING']);
});

it('makes anew what somebody deletes while it runs, and decides as before', async () => {
  const router = await startRouter();
  const answers = await collectAnswers();
  const jsm = await jetstreamManager(nc);
  const split = aRequest({ request_id: 'the-same-before-and-after' });
  const before = await ask(split);
  for (const { config } of await jsm.streams.list().next()) await jsm.streams.delete(config.name);

  const after = await ask(split);
  await eventually(async () =>
    expect(await ask(aRequest({ idempotency_key: 'k-1' }))).toMatchObject({ ok: true }),
  );
  await eventually(() => publishDurable(1), { intervalMs: 200 });
  await eventually(() => expect(answers.size).toBe(1));
  await jetstream(nc).publish(`${DECIDE}.async`, 'not json');

  expect(before).toMatchObject({ ok: true });
  expect(after.decision).toEqual(before.decision);
  await eventually(async () =>
    expect((await jsm.streams.info('router-dlq')).state.messages).toBe(1),
  );
  await eventually(async () =>
    expect((await fetch(`${router.addresses.http}/health/ready`)).status).toBe(200),
  );
  await eventually(() => expect(router.log).toContain('made anew'));
  await router.stop();
});

it('gives one decision per idempotency key, whichever door and replica is asked, also after a kill -9', async () => {
  const first = await startRouter();
  const second = await startRouter();
  const answers = await collectAnswers();
  const keys = Array.from({ length: 100 }, (_, n) => `race-${n}`);
  const clients = [first, second].map(({ addresses }) =>
    clientOf(PROTO_PATH, 'beamline.flow.v1.Router', addresses.grpc ?? ''),
  );

  const raced = await Promise.all(
    keys.map(async (key) => {
      const overGrpc = clients.map((client, n) =>
        decideOverGrpc(client, `${key}-g${n}`, `g-${key}`),
      );
      const overNats = ['n0', 'n1', 'n2'].map((id) => ask(keyed(key, `${key}-${id}`)));
      await jetstream(nc).publish(`${DECIDE}.async`, JSON.stringify(keyed(key, `${key}-d`)));
      const decisions = (await Promise.all(overNats)).map(({ decision }) =>
        JSON.stringify(decision),
      );
      return { key, decisions, overGrpc: await Promise.all(overGrpc) };
    }),
  );
  await eventually(() => expect(answers.size).toBe(keys.length));
  await first.kill();
  const afterTheKill = await Promise.all(keys.map((key) => ask(keyed(key, `${key}-late`), 10)));

  for (const [n, { key, decisions, overGrpc }] of raced.entries()) {
    const durable = answers.get(`${key}-d`) ?? [];
    const all = [...decisions, ...durable, JSON.stringify(afterTheKill[n].decision)];
    expect([...new Set(all)]).toHaveLength(1);
    expect([...new Set(overGrpc)]).toHaveLength(1);
  }
  await second.stop();
});

/** A router that is gone when its test is, however that ends. */
async function startRouter(): Promise<AppProcess> {
  const router = await AppProcess.start('router', env);
  routers.push(router);
  return router;
}

/** The decisions of durable answers by request id, in the order of arrival. */
async function collectAnswers(): Promise<Map<string, string[]>> {
  const answers = new Map<string, string[]>();
  nc.subscribe(`${DECIDE}.reply`, {
    callback: (_error, message) => {
      const { context, decision } = message.json<any>();
      if (!decision) return;
      const known = answers.get(context.request_id) ?? [];
      answers.set(context.request_id, [...known, JSON.stringify(decision)]);
    },
  });
  await nc.flush();
  return answers;
}

/** Publishes durable requests, a hundred at a time. */
async function publishDurable(count: number): Promise<void> {
  const js = jetstream(nc);
  for (let start = 0; start < count; start += 100) {
    const batch = Array.from({ length: Math.min(100, count - start) }, (_, n) => start + n);
    await Promise.all(
      batch.map((n) =>
        js.publish(`${DECIDE}.async`, JSON.stringify(aRequest({ request_id: `durable-${n}` }))),
      ),
    );
  }
}

/** Asks again when a router dies with the question in hand. */
async function ask(body: unknown, attempts = 1): Promise<any> {
  for (let left = attempts; ; left -= 1) {
    try {
      const reply = await nc.request(DECIDE, JSON.stringify(body), { timeout: 20_000 });
      return reply.json();
    } catch (error) {
      if (left <= 1) throw error;
    }
  }
}

function keyed(key: string, requestId: string): unknown {
  return aRequest({ request_id: requestId, idempotency_key: key, metadata: { user_id: 'u-1' } });
}

function decideOverGrpc(client: any, messageId: string, key: string): Promise<string> {
  const metadata = new Metadata();
  metadata.set('idempotency_key', key);
  const message = { message_id: messageId, tenant_id: 'acme', message_type: 'chat' };
  return new Promise((resolve) => {
    client.Decide({ message }, metadata, (error: Error | null, decision: any) =>
      resolve(error ? error.message : decision.provider_id),
    );
  });
}

function clientOf(protoFile: string, service: string, address: string): any {
  const options = { ...PROTO_LOADER_OPTIONS, enums: String };
  const definition: any = loadPackageDefinition(loadSync(protoFile, options));
  const Client = service.split('.').reduce((at, name) => at[name], definition);
  const client = new Client(address, credentials.createInsecure());
  grpcClients.push(client);
  return client;
}

function openHttp(url: string, text: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connectTcp(Number(port), hostname, () =>
      socket.write(text, () => resolve(socket)),
    );
    socket.on('error', reject);
    sockets.push(socket);
  });
}
