import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { aRequest } from './requests.js';
import { AppProcess, EXAMPLE_POLICIES } from './stack.js';

jest.setTimeout(120_000);

const REQUESTS = 5000;

let nats: TestNats;
let nc: NatsConnection;
let env: Record<string, string>;

beforeEach(async () => {
  nats = await startTestNats();
  nc = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  env = {
    NATS_URL: nats.url,
    POLICIES_DIR: EXAMPLE_POLICIES,
    LOG_LEVEL: 'warn',
    NATS_RECONNECT_DELAY_MS: '100',
    // A killed router's deliveries come back after this, not after the default 30 s.
    NATS_JS_ACK_WAIT_SECONDS: '2',
    NATS_JS_MAX_ACK_PENDING: '500',
  };
});

afterEach(async () => {
  await nc.close();
  await nats.stop();
});

/** Every answer by request id, in the order of arrival. */
function collectAnswers(): Map<string, string[]> {
  const answers = new Map<string, string[]>();
  nc.subscribe('beamline.router.v1.decide.reply', {
    callback: (_error, message) => {
      const { context, decision } = message.json<any>();
      const known = answers.get(context.request_id) ?? [];
      answers.set(context.request_id, [...known, JSON.stringify(decision)]);
    },
  });
  return answers;
}

/** Publishes durable requests, 200 at a time, and returns their ids once each is accepted by the stream. */
async function publishDurable(from: number, count: number): Promise<void> {
  const js = jetstream(nc);
  for (let start = from; start < from + count; start += 200) {
    const batch = Array.from({ length: Math.min(200, from + count - start) }, (_, n) => start + n);
    await Promise.all(
      batch.map((n) =>
        js.publish('beamline.router.v1.decide.async', JSON.stringify(durable(n)), {
          msgID: `m-${n}`,
          retries: 20,
          timeout: 3000,
        }),
      ),
    );
  }
}

function durable(n: number): unknown {
  return aRequest({ request_id: `durable-${n}`, metadata: { session_id: `s-${n}` } });
}

async function undecided(): Promise<number> {
  const jsm = await jetstreamManager(nc);
  const { num_pending, num_ack_pending } = await jsm.consumers.info(
    'router-stream',
    'router-decide-consumer',
  );
  return num_pending + num_ack_pending;
}

it('decides all of 5,000 durable requests exactly once through a kill -9 in the middle', async () => {
  let router = await AppProcess.start('router', env);
  const answers = collectAnswers();
  const published = publishDurable(0, REQUESTS);

  await eventually(() => expect(answers.size).toBeGreaterThan(REQUESTS / 10), {
    timeoutMs: 30_000,
  });
  await router.kill();
  const decidedBeforeTheKill = answers.size;
  router = await AppProcess.start('router', env);
  await published;
  await eventually(() => expect(answers.size).toBe(REQUESTS), { timeoutMs: 60_000 });
  await eventually(async () => expect(await undecided()).toBe(0), { timeoutMs: 30_000 });

  // The kill came in the middle, or this test proves nothing.
  expect(decidedBeforeTheKill).toBeLessThan(REQUESTS);
  const contradictions = [...answers].filter(([, given]) => new Set(given).size > 1);
  expect(contradictions).toEqual([]);
  const jsm = await jetstreamManager(nc);
  const records = await jsm.streams.info('KV_beamline_idempotency');
  expect(records.state.messages).toBe(REQUESTS);
  await router.stop();
});

it('loses no durable request and answers again by itself when nats-server was gone for ten seconds', async () => {
  const router = await AppProcess.start('router', env);
  const answers = collectAnswers();
  let asked = 0;
  let answered = 0;
  let stopAsking = false;
  const asking = (async () => {
    while (!stopAsking) {
      asked += 1;
      const body = JSON.stringify(aRequest());
      await nc
        .request('beamline.router.v1.decide', body, { timeout: 1000 })
        .then(() => (answered += 1))
        .catch(() => undefined);
    }
  })();
  const published = publishDurable(0, 2000);

  await eventually(() => expect(answers.size).toBeGreaterThan(100), { timeoutMs: 30_000 });
  await nats.kill();
  await new Promise((resume) => setTimeout(resume, 10_000));
  await nats.restart();
  const answeredBefore = answered;
  await published;

  await eventually(() => expect(answered).toBeGreaterThan(answeredBefore + 10), {
    timeoutMs: 30_000,
  });
  await eventually(() => expect(answers.size).toBe(2000), { timeoutMs: 60_000 });
  stopAsking = true;
  await asking;
  expect(asked).toBeGreaterThan(answeredBefore);
  const contradictions = [...answers].filter(([, given]) => new Set(given).size > 1);
  expect(contradictions).toEqual([]);
  await eventually(async () => expect(await undecided()).toBe(0), { timeoutMs: 30_000 });
  await router.stop();
});

it('finishes what it has accepted when it is told to stop under load', async () => {
  const first = await AppProcess.start('router', env);
  const second = await AppProcess.start('router', env);
  const outcomes = { ok: 0, failed: [] as string[] };
  const askOnce = async (): Promise<void> => {
    const reply = await nc
      .request('beamline.router.v1.decide', JSON.stringify(aRequest()), { timeout: 20_000 })
      .catch((error: Error) => error);
    if (reply instanceof Error) outcomes.failed.push(reply.message);
    else if (reply.json<any>().ok) outcomes.ok += 1;
    else outcomes.failed.push(reply.string());
  };
  const load = Array.from({ length: 16 }, async () => {
    for (let n = 0; n < 200; n += 1) await askOnce();
  });

  await new Promise((resume) => setTimeout(resume, 50));
  const exitCode = await first.stop();
  await Promise.all(load);

  expect(exitCode).toBe(0);
  expect(outcomes.failed).toEqual([]);
  expect(outcomes.ok).toBe(3200);
  await second.stop();
});
