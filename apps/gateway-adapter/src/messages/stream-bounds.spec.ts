import { eventually } from '@beamline/testing';
import type { Msg } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayBench } from '../gateway-bench.fixture.js';

const bench = new GatewayBench();
const UNCLEAR = JSON.stringify({ ok: false, error: { code: 'internal', message: 'm' } });

beforeEach(() => bench.open());
afterEach(() => bench.close());
afterAll(() => bench.end());

/** A router that is asked for what became of messages, and answers when it is told to. */
const slowRouter = async () => {
  const asked: Msg[] = [];
  bench.router.subscribe('beamline.router.v1.get_decision', {
    callback: (_error, message) => void asked.push(message),
  });
  await bench.router.flush();
  const answer = () => {
    for (const message of asked.splice(0)) message.respond(UNCLEAR);
  };
  return { asked, answer };
};
const statusOfStream = async (id: string, signal?: AbortSignal) => {
  const headers = { 'x-tenant-id': 'acme' };
  const response = await bench.call(`/api/v1/messages/${id}/stream`, { headers, signal });
  return response.status;
};

describe('the bounds of event streams', () => {
  it('hold for requests that wait for the router at the same time', async () => {
    await bench.start({ GATEWAY_MAX_STREAMS_PER_TENANT: '1' });
    const router = await slowRouter();
    const answers = ['a', 'b', 'c'].map((id) => statusOfStream(id));
    await eventually(() => router.asked.length === 3);
    router.answer();

    const statuses = await Promise.all(answers);
    expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 429, 429]);
  });

  it('give no place to a client that has left while the router was asked', async () => {
    await bench.start({ GATEWAY_MAX_STREAMS_PER_TENANT: '1' });
    const router = await slowRouter();
    const leaving = new AbortController();
    const left = statusOfStream('a', leaving.signal).catch(() => 'left');
    await eventually(() => router.asked.length === 1);
    leaving.abort();
    expect(await left).toBe('left');
    // The gateway has to see it go before the router answers.
    await sleep(50);
    const next = statusOfStream('b');
    await eventually(() => router.asked.length === 2);
    router.answer();

    expect(await next).toBe(200);
  });

  it('let none in once the gateway stops', async () => {
    await bench.start({ SHUTDOWN_DRAIN_MS: '0' });
    const router = await slowRouter();
    const late = statusOfStream('a');
    await eventually(() => router.asked.length === 1);
    const stopped = bench.close();
    await eventually(() =>
      bench.call('/health').then(
        () => false,
        () => true,
      ),
    );
    router.answer();

    expect(await late).toBe(503);
    await stopped;
  });
});
