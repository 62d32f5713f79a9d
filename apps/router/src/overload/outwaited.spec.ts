import { credentials, loadPackageDefinition, Metadata, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { headers as natsHeaders, connect, type NatsConnection } from '@nats-io/transport-node';
import { ConsoleLogger } from '@nestjs/common';
import { loadRouterConfig } from '@beamline/config';
import { PROTO_LOADER_OPTIONS, PROTO_PATH } from '@beamline/contracts';
import { Registry } from '@beamline/metrics';
import { LONG_LIST_CONTEXT, longListRules, startTestNats, type TestNats } from '@beamline/testing';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouter, type RunningRouter } from '../create-router.js';
import { observersFor } from '../observers.fixture.js';

const DECIDE = 'beamline.router.v1.decide';
/** So many at once keep the processor busy for many turns of the event loop. */
const REQUESTS = 60;
const PATIENCE_MS = 20;

let nats: TestNats;
let nc: NatsConnection;
let router: RunningRouter;
let folder: string;

/** Policies of a tenant for which every decision takes milliseconds. */
function slowPolicies(): string {
  const path = mkdtempSync(join(tmpdir(), 'beamline-slow-'));
  mkdirSync(join(path, 'acme'));
  const policy = {
    version: '1.0',
    policy_id: 'default',
    tenant_id: 'acme',
    providers: [{ name: 'local_llm', weight: 100 }],
    fallbacks: longListRules(100),
  };
  writeFileSync(join(path, 'acme/default.json'), JSON.stringify(policy));
  return path;
}

beforeAll(async () => {
  nats = await startTestNats();
  nc = await connect({ servers: nats.url });
  folder = slowPolicies();
});

beforeEach(async () => {
  router = await createRouter({
    config: loadRouterConfig({
      NATS_URL: nats.url,
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      POLICIES_DIR: folder,
    }),
    observers: observersFor(),
    registry: new Registry(),
    logger: new ConsoleLogger({ logLevels: ['error'] }),
    random: () => 0.5,
  });
  await router.readiness.untilReady();
});

afterEach(() => router.close());

afterAll(async () => {
  await nc.close();
  await nats.stop();
  rmSync(folder, { recursive: true });
});

it('decides nothing over NATS for callers that have gone while they waited for their turn', async () => {
  const headers = natsHeaders();
  headers.set('x-timeout-ms', String(PATIENCE_MS));
  const body = JSON.stringify({
    version: '1',
    tenant_id: 'acme',
    request_id: 'r-1',
    task: { type: 'chat', payload: { prompt: 'hello' } },
    context: LONG_LIST_CONTEXT,
  });

  const replies = await Promise.all(
    Array.from({ length: REQUESTS }, () => nc.request(DECIDE, body, { timeout: 20_000, headers })),
  );

  const answers = replies.map((reply) => reply.json<any>());
  const refused = answers.filter(({ ok }) => !ok);
  expect(answers.some(({ ok }) => ok)).toBe(true);
  expect(refused.length).toBeGreaterThan(REQUESTS / 4);
  for (const { error } of refused) {
    expect(error).toMatchObject({
      code: 'service_overloaded',
      details: { reason: 'predicted_wait' },
    });
  }
});

it('does the same over gRPC', async () => {
  const definition: any = loadPackageDefinition(loadSync(PROTO_PATH, PROTO_LOADER_OPTIONS));
  const client = new definition.beamline.flow.v1.Router(
    router.grpcAddress,
    credentials.createInsecure(),
  );
  const metadata = new Metadata();
  metadata.set('x-timeout-ms', String(PATIENCE_MS));
  const message = { message_id: 'm-1', tenant_id: 'acme', message_type: 'chat' };
  const ask = (): Promise<number> =>
    new Promise((resolve) => {
      client.Decide(
        { message, context: LONG_LIST_CONTEXT },
        metadata,
        (error: ServiceError | null) => resolve(error?.code ?? 0),
      );
    });

  const codes = await Promise.all(Array.from({ length: REQUESTS }, ask));

  expect(new Set(codes)).toEqual(new Set([0, 8]));
  expect(codes.filter((code) => code === 8).length).toBeGreaterThan(REQUESTS / 4);
  client.close();
});
