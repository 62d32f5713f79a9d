import { kvKey } from '@beamline/contracts/core';
import { eventually, NatsParts, startTestNats, type TestNats } from '@beamline/testing';
import { Kvm } from '@nats-io/kv';
import { endpointIdOf } from './endpoint-id.js';
import { aRegistry, aSyncedRegistry, endpointsOf } from './gateway-registry.fixture.js';

const ENDPOINT = 'http://gateway:3000/api/backpressure';
const ID = endpointIdOf(ENDPOINT);

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => parts.end());

it('goes on after its server was gone, and hears what changed meanwhile', async () => {
  const server = await startTestNats();
  const { registry, bucket } = await aSyncedRegistry(parts, {}, server.url);
  await registry.register(ENDPOINT);

  await server.kill();
  await eventually(() => registry.state === 'unreachable');
  expect(endpointsOf(registry)).toEqual([ENDPOINT]);
  await server.restart();
  const kv = await new Kvm(await parts.link(server.url).ready).open(bucket);
  await kv.delete(kvKey(ID));

  await eventually(() => registry.list().length === 0 && registry.state === 'synced');
  await parts.end();
  await server.stop();
});

it('says at once that nothing can be changed while NATS is away', async () => {
  const server = await startTestNats();
  const { registry, link } = await aSyncedRegistry(parts, {}, server.url);
  await registry.register(ENDPOINT);
  await server.kill();
  await eventually(() => !link.isConnected);

  const message = 'NATS is not connected';
  const unavailable = { ok: false, reason: 'unavailable', message };
  expect(await registry.register('http://other')).toEqual(unavailable);
  expect(await registry.unregister(ID)).toEqual(unavailable);
  expect(await registry.unregister('nobody')).toMatchObject({ reason: 'not_found' });
  expect(await registry.register(ENDPOINT)).toMatchObject({ ok: true, isNew: false });
  expect(endpointsOf(registry)).toEqual([ENDPOINT]);
  await parts.end();
  await server.stop();
});

it('does not say that somebody is not registered before it has read who is', async () => {
  const { registry } = aRegistry(parts);

  expect(await registry.unregister(ID)).toMatchObject({ ok: false, reason: 'unavailable' });
});

it.each(['deleted', 'purged'])('fills a bucket again that was %s', async (how) => {
  const { registry, bucket, manager, told } = await aSyncedRegistry(parts);
  await registry.register(ENDPOINT);
  await registry.register('http://removed');
  await registry.unregister(endpointIdOf('http://removed'));
  const heard = told().length;

  const stream = `KV_${bucket}`;
  if (how === 'deleted') await manager.streams.delete(stream);
  else await manager.streams.purge(stream);

  const other = await aSyncedRegistry(parts, { bucket });
  await eventually(() => endpointsOf(other.registry).length === 1);
  expect(endpointsOf(other.registry)).toEqual([ENDPOINT]);
  expect(endpointsOf(registry)).toEqual([ENDPOINT]);
  expect(told()).toHaveLength(heard);
});

it('can change what it wrote into the bucket that was lost', async () => {
  const { registry, bucket, manager } = await aSyncedRegistry(parts);
  await registry.register(ENDPOINT);
  await manager.streams.delete(`KV_${bucket}`);
  const other = await aSyncedRegistry(parts, { bucket });
  await eventually(() => other.registry.get(ID) !== undefined);

  await eventually(async () => (await other.registry.unregister(ID)).ok);

  await eventually(() => registry.get(ID) === undefined);
});

it('stops also while NATS is away and something is still to be written', async () => {
  const server = await startTestNats();
  const made = await aSyncedRegistry(parts, {}, server.url);
  await made.registry.register(ENDPOINT);
  await made.manager.streams.delete(`KV_${made.bucket}`);
  await server.kill();

  await made.registry.stop();

  expect(endpointsOf(made.registry)).toEqual([ENDPOINT]);
  await parts.end();
  await server.stop();
});

it('refuses a bucket it must not use, says why, and serves what the configuration names', async () => {
  const bucket = parts.name('gateways');
  const link = parts.link();
  await new Kvm(await link.ready).create(bucket, { ttl: 60_000 });
  const { registry, events } = aRegistry(parts, { bucket, configured: [ENDPOINT] });

  registry.start(link);

  await eventually(() => registry.state === 'incompatible');
  expect(registry.detail).toContain('TTL must be 0 ms (has 60000 ms)');
  expect(events).toContainEqual({
    type: 'registry-state-changed',
    state: 'incompatible',
    detail: registry.detail,
  });
  expect(endpointsOf(registry)).toEqual([ENDPOINT]);
});
