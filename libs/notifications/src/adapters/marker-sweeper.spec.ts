import { kvKey } from '@beamline/contracts/core';
import type { NatsLink } from '@beamline/jetstream';
import { eventually, FakeClock, startTestNats, type TestNats } from '@beamline/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpointIdOf } from './endpoint-id.js';
import { aSyncedRegistry, endpointsOf } from './gateway-registry.fixture.js';
import { MarkerSweeper } from './marker-sweeper.js';
import { NatsParts } from './nats-parts.fixture.js';

const ENDPOINT = 'http://gateway:3000/';
const ID = endpointIdOf(ENDPOINT);

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => parts.end());

it('removes what endpoints that were taken out leave behind', async () => {
  const { registry, messages } = await aSweptRegistry();
  await registry.register('http://stays');
  for (let n = 0; n < 20; n += 1) {
    await registry.register(`http://gateway-${n}`);
    await registry.unregister(endpointIdOf(`http://gateway-${n}`));
  }

  await eventually(async () => (await messages()) === 1);

  expect(endpointsOf(registry)).toEqual(['http://stays']);
});

it('can register again what was swept, and the bucket it emptied is no lost one', async () => {
  const { registry, kv, messages, told } = await aSweptRegistry();
  await registry.register(ENDPOINT);
  await registry.unregister(ID);
  await eventually(async () => (await messages()) === 0);

  expect(await registry.register(ENDPOINT)).toMatchObject({ ok: true, isNew: true });

  await eventually(() => registry.state === 'synced');
  expect((await kv.get(kvKey(ID)))?.json()).toMatchObject({ endpoint: ENDPOINT });
  expect(told()).toEqual([
    `registered ${ENDPOINT}`,
    `unregistered ${ENDPOINT}`,
    `registered ${ENDPOINT}`,
  ]);
});

it('keeps what was registered again before the sweep', async () => {
  const { registry, kv, messages } = await aSweptRegistry({ markerAgeMs: 200 });
  await registry.register(ENDPOINT);
  await registry.unregister(ID);
  await registry.register(ENDPOINT);
  await registry.register('http://other');
  await registry.unregister(endpointIdOf('http://other'));

  await eventually(async () => (await messages()) === 1);

  expect((await kv.get(kvKey(ID)))?.operation).toBe('PUT');
});

it('leaves a marker alone until it is old', async () => {
  const { registry, bucket, link, kv, messages } = await aSweptRegistry({ markerAgeMs: 3_600_000 });
  await registry.register(ENDPOINT);
  await registry.unregister(ID);
  const clock = new FakeClock();
  const sweeper = new MarkerSweeper({ bucket, afterMs: 40, clock }, () => link);
  parts.onEnd(() => sweeper.stop());
  sweeper.deleted(kvKey(ID), (await kv.get(kvKey(ID)))?.revision ?? 0);

  sweeper.start();
  await sleep(60);
  expect(await messages()).toBe(1);
  clock.advance(40);

  await eventually(async () => (await messages()) === 0);
});

it('tries again what it could not remove', async () => {
  const { registry, bucket, link, kv, messages } = await aSweptRegistry({ markerAgeMs: 3_600_000 });
  await registry.register(ENDPOINT);
  await registry.unregister(ID);
  let source: NatsLink | undefined;
  const clock = new FakeClock();
  const sweeper = new MarkerSweeper({ bucket, afterMs: 10, clock }, () => source);
  parts.onEnd(() => sweeper.stop());
  sweeper.deleted(kvKey(ID), (await kv.get(kvKey(ID)))?.revision ?? 0);
  clock.advance(10);
  sweeper.start();
  await sleep(30);
  expect(await messages()).toBe(1);

  source = link;

  await eventually(async () => (await messages()) === 0);
});

async function aSweptRegistry({ markerAgeMs = 20 } = {}) {
  const made = await aSyncedRegistry(parts, { markerAgeMs });
  const messages = async (): Promise<number> =>
    (await made.manager.streams.info(`KV_${made.bucket}`)).state.messages;
  return { ...made, messages };
}
