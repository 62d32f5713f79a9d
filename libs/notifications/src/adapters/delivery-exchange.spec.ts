import { NatsParts, startTestNats, type TestNats } from '@beamline/testing';
import type { Delivery } from '../core/index.js';
import { DeliveryExchange } from './delivery-exchange.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterEach(() => parts.end());
afterAll(() => nats.stop());

function aDelivery(atMs: number): Delivery {
  return {
    atMs,
    subject: 's',
    status: 'active',
    epoch: 1,
    seq: atMs,
    outcome: 'delivered',
    httpStatus: 204,
    failure: undefined,
    detail: '',
    attempts: 1,
    durationMs: 1,
  };
}

async function aReplica(subject: string, ...times: readonly number[]) {
  const link = parts.link();
  const connection = await link.ready;
  const local = (id: string) => (id === 'e' ? times.map(aDelivery) : []);
  const exchange = new DeliveryExchange({ link, local, subject, waitMs: 2_000 });
  exchange.start();
  parts.onEnd(() => exchange.stop());
  await connection.flush();
  return { exchange, connection, link };
}

const timesOf = (deliveries: readonly Delivery[]) => deliveries.map(({ atMs }) => atMs);

it('tells what any of the replicas has delivered, the newest first', async () => {
  const subject = parts.name('deliveries');
  const a = await aReplica(subject, 5, 1);
  const b = await aReplica(subject, 4);

  expect(timesOf(await a.exchange.deliveries('e', 2))).toEqual([5, 4, 1]);
  expect(timesOf(await b.exchange.deliveries('e', 2))).toEqual([5, 4, 1]);
  expect(await b.exchange.deliveries('other', 2)).toEqual([]);
});

it('asks nobody when it is alone, and does not need NATS for that', async () => {
  const { exchange, link } = await aReplica(parts.name('deliveries'), 3);
  await link.close(0);

  expect(timesOf(await exchange.deliveries('e', 1))).toEqual([3]);
  expect(timesOf(await exchange.deliveries('e', 2))).toEqual([3]);
});

it('leaves out who does not answer', async () => {
  const { exchange } = await aReplica(parts.name('deliveries'), 3);

  expect(timesOf(await exchange.deliveries('e', 3))).toEqual([3]);
});

it('does not believe what is no delivery', async () => {
  const subject = parts.name('deliveries');
  const { exchange, connection } = await aReplica(subject, 3);
  const answers = ['no json', '{}', '[{"atMs":"x"}]', 'x'.repeat(300_000)];
  for (const answer of answers) {
    connection.subscribe(subject, { callback: (_error, message) => void message.respond(answer) });
  }
  await connection.flush();

  expect(timesOf(await exchange.deliveries('e', 1 + answers.length))).toEqual([3]);
});
