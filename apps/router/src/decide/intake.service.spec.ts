import { jetstream, jetstreamManager, type StreamUpdateConfig } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { ConsoleLogger } from '@nestjs/common';
import { loadRouterConfig } from '@beamline/config';
import type { IntakeEvent } from '@beamline/jetstream/core';
import { Registry } from '@beamline/metrics';
import {
  eventually,
  type Recorder,
  recorder,
  startTestNats,
  type TestNats,
} from '@beamline/testing';
import { createRouter, type RunningRouter } from '../create-router.js';
import { observersFor } from '../observers.fixture.js';

const DECIDE = 'beamline.router.v1.decide';
const RECORDS = 'KV_beamline_idempotency';
const DEAD_LETTERS = 'router-dlq';

let nats: TestNats;
let nc: NatsConnection;
let router: RunningRouter;
let intake: Recorder<IntakeEvent>;
let answers: any[];

beforeEach(async () => {
  nats = await startTestNats();
  nc = await connect({ servers: nats.url });
  intake = recorder();
  router = await createRouter({
    config: loadRouterConfig({
      NATS_URL: nats.url,
      HTTP_PORT: '0',
      GRPC_ENABLED: 'false',
      JS_MAX_DELIVER_DECIDE: '3',
      JS_BACKOFF_DECIDE: '[100, 200]',
    }),
    observers: observersFor({ intake: intake.observe }),
    registry: new Registry(),
    logger: new ConsoleLogger({ logLevels: ['error', 'warn'] }),
    random: () => 0.5,
  });
  await eventually(() => router.readiness.report().ready);
  answers = [];
  nc.subscribe(`${DECIDE}.reply`, {
    callback: (_error, message) => void answers.push(message.json()),
  });
  await nc.flush();
});

afterEach(async () => {
  await router.close();
  await nc.close();
  await nats.stop();
});

const request = (changes: object = {}): string =>
  JSON.stringify({
    version: '1',
    tenant_id: 'acme',
    request_id: 'r-1',
    task: { type: 'chat', payload: { prompt: 'hello there' } },
    ...changes,
  });

async function submit(body: string): Promise<void> {
  await jetstream(nc).publish(`${DECIDE}.async`, body);
}

/** Lets a stream refuse whatever comes, as it does when its disk is full; or take it again. */
async function refuse(stream: string, doesRefuse: boolean): Promise<void> {
  const change: Partial<StreamUpdateConfig> = { max_msg_size: doesRefuse ? 1 : -1 };
  await (await jetstreamManager(nc)).streams.update(stream, change);
}

async function stored(stream: string): Promise<number> {
  return (await (await jetstreamManager(nc)).streams.info(stream)).state.messages;
}

const isSettled = async (): Promise<void> => expect(await stored('router-stream')).toBe(0);

it('hands a request back while its record cannot be stored, and decides it once it can', async () => {
  await refuse(RECORDS, true);
  await submit(request());
  await eventually(() => expect(intake.of('naked')).toHaveLength(1));

  await refuse(RECORDS, false);

  await eventually(isSettled);
  expect(intake.of('naked')[0]).toMatchObject({ reason: 'publish_error', delayMs: 100 });
  expect(answers).toEqual([expect.objectContaining({ ok: true })]);
});

it('gives a request up after its last delivery: a dead letter, and an answer to whoever waits', async () => {
  await refuse(RECORDS, true);

  await submit(request());

  await eventually(isSettled);
  expect(intake.of('naked').map(({ delayMs }) => delayMs)).toEqual([100, 200]);
  expect(await stored(DEAD_LETTERS)).toBe(1);
  expect(answers).toMatchObject([
    { ok: false, error: { code: 'unavailable' }, context: { request_id: 'r-1' } },
  ]);
});

it('keeps a refused request in the stream until its dead letter is stored, then answers it once', async () => {
  await refuse(DEAD_LETTERS, true);
  await submit('not json');
  await eventually(() => expect(intake.of('max-deliver-exhausted').length).toBeGreaterThan(0));
  expect(await stored('router-stream')).toBe(1);
  expect(answers).toEqual([]);

  await refuse(DEAD_LETTERS, false);

  await eventually(isSettled);
  expect(await stored(DEAD_LETTERS)).toBe(1);
  expect(answers).toMatchObject([{ ok: false }]);
});

it('stores the dead letter of a message whose own headers fill what a stream takes', async () => {
  const filled = headers();
  filled.set('Nats-Msg-Id', 'm'.repeat(65_480));

  await jetstream(nc).publish(`${DECIDE}.async`, 'not json', { headers: filled });

  await eventually(isSettled);
  expect(await stored(DEAD_LETTERS)).toBe(1);
});

it('repeats what was decided when the policy of a request is gone by the time it comes again', async () => {
  const policyKey = '$KV.beamline_policies.acme.passing';
  await jetstream(nc).publish(policyKey, JSON.stringify(PASSING));
  await eventually(() => served('passing', true));
  await submit(request({ policy_id: 'passing' }));
  await eventually(() => expect(answers).toHaveLength(1));
  const deletion = headers();
  deletion.set('KV-Operation', 'DEL');
  await jetstream(nc).publish(policyKey, '', { headers: deletion });
  await eventually(() => served('passing', false));

  await submit(request({ policy_id: 'passing' }));

  await eventually(() => expect(answers).toHaveLength(2));
  expect(answers[0]).toMatchObject({ ok: true, decision: { provider_id: 'only:one' } });
  expect(answers[1]).toEqual(answers[0]);
});

const PASSING = {
  tenant_id: 'acme',
  policy_id: 'passing',
  version: '1.0',
  providers: [{ id: 'only:one', weight: 100 }],
};

/** Whether the policy is served by now, told by a request of another id. */
async function served(policyId: string, expected: boolean): Promise<boolean> {
  const reply = await nc.request(DECIDE, request({ policy_id: policyId, request_id: 'probe' }), {
    timeout: 20_000,
  });
  return reply.json<any>().ok === expected;
}
