import { kvKey } from '@beamline/contracts/core';
import type { NatsLink } from '@beamline/jetstream';
import { eventually, FakeClock, NatsParts, startTestNats, type TestNats } from '@beamline/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpointIdOf } from './endpoint-id.js';
import { aSyncedRegistry, endpointsOf } from './gateway-registry.fixture.js';
import { MarkerSweeper } from './marker-sweeper.js';

const ENDPOINT = 'http://gateway:3000/';
const ID = endpointIdOf(ENDPOINT);
const OTHER = 'http://other';
const OTHER_ID = endpointIdOf(OTHER);

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => parts.end());

it('removes what endpoints that were taken out leave behind, but for the newest', async () => {
  const { registry, messages } = await aSweptRegistry();
  await registry.register('http://stays');
  for (let n = 0; n < 20; n += 1) {
    await registry.register(`http://gateway-${n}`);
    await registry.unregister(endpointIdOf(`http://gateway-${n}`));
  }

  await eventually(async () => (await messages()) === 2);

  expect(endpointsOf(registry)).toEqual(['http://stays']);
});

it('hides no change from others who read the bucket', async () => {
  const { registry, bucket, messages } = await aSweptRegistry();
  const { registry: other } = await aSyncedRegistry(parts, { bucket, markerAgeMs: 3_600_000 });
  const stay = Array.from({ length: 30 }, (_, n) => `http://stays-${n}`);
  for (const [n, endpoint] of stay.entries()) {
    await registry.register(`http://goes-${n}`);
    await registry.unregister(endpointIdOf(`http://goes-${n}`));
    await registry.register(endpoint);
  }
  await eventually(async () => (await messages()) === stay.length + 1);

  await eventually(() => endpointsOf(other).length === stay.length);
  expect(endpointsOf(other)).toEqual(stay);
});

it('never makes the bucket look like one that was lost', async () => {
  const { registry, messages, events } = await aSweptRegistry();
  const states = (): number =>
    events.filter(({ type }) => type === 'registry-state-changed').length;
  const before = states();
  await registry.register(ENDPOINT);
  await registry.unregister(ID);
  await registry.register(OTHER);
  await registry.unregister(OTHER_ID);

  await eventually(async () => (await messages()) === 1);
  await sleep(250);

  expect(await messages()).toBe(1);
  expect(states()).toBe(before);
});

it('can register again what was swept', async () => {
  const { registry, kv, messages, told } = await aSweptRegistry();
  await registry.register(ENDPOINT);
  await registry.unregister(ID);
  await registry.register(OTHER);
  await registry.unregister(OTHER_ID);
  await eventually(async () => (await messages()) === 1);

  expect(await registry.register(ENDPOINT)).toMatchObject({ ok: true, isNew: true });

  expect((await kv.get(kvKey(ID)))?.json()).toMatchObject({ endpoint: ENDPOINT });
  expect(told().filter((change) => change === `registered ${ENDPOINT}`)).toHaveLength(2);
});

it('keeps what was registered again before the sweep', async () => {
  const { registry, kv, messages } = await aSweptRegistry({ markerAgeMs: 200 });
  await registry.register(ENDPOINT);
  await registry.unregister(ID);
  await registry.register(ENDPOINT);
  for (const endpoint of [OTHER, 'http://third']) {
    await registry.register(endpoint);
    await registry.unregister(endpointIdOf(endpoint));
  }

  await eventually(async () => (await messages()) === 2);

  expect((await kv.get(kvKey(ID)))?.operation).toBe('PUT');
});

it('leaves a marker alone until it is old', async () => {
  const { sweeper, clock, messages } = await twoMarkers({ afterMs: 40 });

  sweeper.start();
  await sleep(60);
  expect(await messages()).toBe(2);
  clock.advance(40);

  await eventually(async () => (await messages()) === 1);
});

it('tries again what it could not remove', async () => {
  let isThere = false;
  const { sweeper, clock, messages } = await twoMarkers({ afterMs: 10, isThere: () => isThere });
  clock.advance(10);
  sweeper.start();
  await sleep(30);
  expect(await messages()).toBe(2);

  isThere = true;

  await eventually(async () => (await messages()) === 1);
});

/** A sweeper that was told of two markers, the only ones in the bucket, on a clock that stands still. */
async function twoMarkers({ afterMs = 10, isThere = () => true }) {
  const { registry, bucket, link, kv, messages } = await aSweptRegistry({ markerAgeMs: 3_600_000 });
  const clock = new FakeClock();
  const source = (): NatsLink | undefined => (isThere() ? link : undefined);
  const sweeper = new MarkerSweeper({ bucket, afterMs, clock }, source);
  parts.onEnd(() => sweeper.stop());
  for (const endpoint of [ENDPOINT, OTHER]) {
    await registry.register(endpoint);
    await registry.unregister(endpointIdOf(endpoint));
    const key = kvKey(endpointIdOf(endpoint));
    sweeper.deleted(key, (await kv.get(key))?.revision ?? 0);
  }
  return { sweeper, clock, messages };
}

async function aSweptRegistry({ markerAgeMs = 20 } = {}) {
  const made = await aSyncedRegistry(parts, { markerAgeMs });
  const messages = async (): Promise<number> =>
    (await made.manager.streams.info(`KV_${made.bucket}`)).state.messages;
  return { ...made, messages };
}
