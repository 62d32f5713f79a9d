import { credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { ConsoleLogger } from '@nestjs/common';
import { loadRouterConfig } from '@beamline/config';
import { PROTO_LOADER_OPTIONS, PROTO_PATH } from '@beamline/contracts';
import type { IntakeEvent } from '@beamline/jetstream/core';
import { Registry } from '@beamline/metrics';
import {
  eventually,
  type Recorder,
  recorder,
  startTestNats,
  type TestNats,
} from '@beamline/testing';
import { createRouter, type RunningRouter } from './create-router.js';
import { observersFor } from './observers.fixture.js';

let nats: TestNats;
let nc: NatsConnection;
let router: RunningRouter;
let intake: Recorder<IntakeEvent>;

beforeAll(async () => {
  nats = await startTestNats();
  nc = await connect({ servers: nats.url });
  intake = recorder();
  router = await createRouter({
    config: loadRouterConfig({ NATS_URL: nats.url, HTTP_PORT: '0', GRPC_PORT: '0' }),
    observers: observersFor({ intake: intake.observe }),
    registry: new Registry(),
    logger: new ConsoleLogger({ logLevels: ['error', 'warn'] }),
    random: () => 0.5,
  });
  await untilReady(router);
});

afterAll(async () => {
  await router.close();
  await nc.close();
  await nats.stop();
});

const REQUEST = {
  version: '1',
  tenant_id: 'acme',
  request_id: 'r-1',
  task: { type: 'chat', payload: { prompt: 'hello there' } },
};

it('answers request/reply by the built-in policy', async () => {
  const reply = await nc.request('beamline.router.v1.decide', JSON.stringify(REQUEST), {
    timeout: 20_000,
  });

  expect(reply.json()).toMatchObject({
    ok: true,
    decision: { reason: 'weighted', priority: 50, expected_latency_ms: 500, expected_cost: 0.01 },
    context: { request_id: 'r-1' },
  });
});

it('answers a durable request and acknowledges it', async () => {
  const answered = new Promise((resolve) => {
    nc.subscribe('beamline.router.v1.decide.reply', {
      max: 1,
      callback: (_error, message) => resolve(message.json()),
    });
  });

  await jetstream(nc).publish('beamline.router.v1.decide.async', JSON.stringify(REQUEST));

  expect(await answered).toMatchObject({ ok: true, context: { request_id: 'r-1' } });
  await eventually(() => expect(intake.events.map(({ type }) => type)).toContain('acked'));
});

it('explains over HTTP', async () => {
  const response = await fetch(`${router.httpUrl}/api/v1/explain`, {
    method: 'POST',
    body: JSON.stringify(REQUEST),
  });

  expect(await response.json()).toMatchObject({ ok: true, explanation: { reason: 'weighted' } });
});

it('makes the record bucket anew when somebody deletes it, and keyed requests are answered again', async () => {
  await (await jetstreamManager(nc)).streams.delete('KV_beamline_idempotency');

  await eventually(async () => {
    const body = JSON.stringify({ ...REQUEST, idempotency_key: 'after-the-loss' });
    expect(
      (await nc.request('beamline.router.v1.decide', body, { timeout: 20_000 })).json(),
    ).toMatchObject({
      ok: true,
    });
  });
});

it('makes the dead-letter stream anew when somebody deletes it, and loses no letter', async () => {
  const manager = await jetstreamManager(nc);
  await manager.streams.delete('router-dlq');

  await jetstream(nc).publish('beamline.router.v1.decide.async', 'not json');

  await eventually(async () =>
    expect((await manager.streams.info('router-dlq')).state.messages).toBe(1),
  );
});

it('answers over gRPC, whatever characters the trace id holds', async () => {
  const Router = loadPackageDefinition(loadSync(PROTO_PATH, PROTO_LOADER_OPTIONS)) as any;
  const client = new Router.beamline.flow.v1.Router(
    router.grpcAddress,
    credentials.createInsecure(),
  );
  const metadata = new Metadata();
  metadata.set('trace_id', '4bf92f3577b34da6a3ce929d0e0e4736');
  metadata.set('traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');
  const ask = (trace_id: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const message = { message_id: 'g-1', tenant_id: 'acme', message_type: 'chat', trace_id };
      const onlyParent = metadata.clone();
      if (trace_id) onlyParent.remove('trace_id');
      client.Decide({ message }, onlyParent, (error: Error | null, decision: unknown) =>
        error ? reject(error) : resolve(decision),
      );
    });

  expect(await ask('')).toMatchObject({ reason: 'weighted' });
  expect(await ask('line one\nline two, ü')).toMatchObject({ reason: 'weighted' });
  client.close();
});

it('names the key of an HTTP port that is taken', async () => {
  const port = new URL(router.httpUrl).port;

  const second = createRouter({
    config: loadRouterConfig({ NATS_URL: nats.url, HTTP_PORT: port, GRPC_PORT: '0' }),
    observers: observersFor(),
    registry: new Registry(),
    logger: new ConsoleLogger({ logLevels: [] }),
    random: () => 0.5,
  });

  await expect(second).rejects.toThrow(`HTTP_PORT ${port} on 127.0.0.1 is taken`);
});

it('says in its health what an acknowledgement of the connected server is worth', async () => {
  const health = await fetch(`${router.httpUrl}/health/ready`);

  const { details } = (await health.json()) as any;
  expect(details.nats.message).toMatch(/^nats-server \d/);
});

it('settles idempotency keys without the durable intake too, and makes no stream for it', async () => {
  const alone = await startTestNats();
  const client = await connect({ servers: alone.url });
  const withoutIntake = await createRouter({
    config: loadRouterConfig({
      NATS_URL: alone.url,
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      JETSTREAM_ENABLED: 'false',
    }),
    observers: observersFor(),
    registry: new Registry(),
    logger: new ConsoleLogger({ logLevels: ['error', 'warn'] }),
    random: () => 0.5,
  });
  await untilReady(withoutIntake);
  const ask = async (): Promise<any> => {
    const body = JSON.stringify({ ...REQUEST, idempotency_key: 'without-intake' });
    return (await client.request('beamline.router.v1.decide', body, { timeout: 20_000 })).json();
  };

  await eventually(async () => expect((await ask()).ok).toBe(true));
  const [first, second] = [await ask(), await ask()];
  const streams = await (await jetstreamManager(client)).streams.names().next();
  await withoutIntake.close();
  await client.close();
  await alone.stop();

  expect(second.decision).toEqual(first.decision);
  expect(streams).not.toContain('router-stream');
});

function untilReady({ readiness }: RunningRouter): Promise<void> {
  return new Promise((resolve) => {
    readiness.onChange((ready) => {
      if (ready) resolve();
    });
    if (readiness.report().ready) resolve();
  });
}
