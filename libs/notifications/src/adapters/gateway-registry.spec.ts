import { kvKey } from '@beamline/contracts/core';
import { eventually, FakeClock, NatsParts, startTestNats, type TestNats } from '@beamline/testing';
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

it('registers an endpoint under the id of the contract', async () => {
  const { registry, events } = await aSyncedRegistry(parts, { wall: new FakeClock(5) });

  const registration = await registry.register(ENDPOINT);

  const endpoint = { endpointId: ID, endpoint: ENDPOINT, registeredAtMs: 5, source: 'api' };
  expect(registration).toEqual({ ok: true, isNew: true, endpoint });
  expect(registry.get(ID)).toEqual(endpoint);
  expect(registry.list()).toEqual([endpoint]);
  expect(events).toContainEqual({ type: 'endpoint-registered', endpointId: ID, source: 'api' });
});

it('leaves what is registered as it is, with the time of its first registration', async () => {
  const wall = new FakeClock(5);
  const { registry, events, told } = await aSyncedRegistry(parts, { wall });
  await registry.register(ENDPOINT);
  wall.set(9);

  const again = await registry.register(ENDPOINT);

  expect(again).toMatchObject({ ok: true, isNew: false, endpoint: { registeredAtMs: 5 } });
  expect(told()).toEqual([`registered ${ENDPOINT}`]);
  expect(events.filter(({ type }) => type === 'endpoint-registered')).toHaveLength(1);
});

it('leaves it as it is also when another replica registered it and this one has not heard of it', async () => {
  const bucket = parts.name('gateways');
  const one = await aSyncedRegistry(parts, { bucket, wall: new FakeClock(5) });
  const other = aRegistry(parts, { bucket, wall: new FakeClock(9) });
  other.registry.start(parts.link());
  await eventually(() => other.registry.state === 'synced');

  const answers = await Promise.all([
    one.registry.register(ENDPOINT),
    other.registry.register(ENDPOINT),
  ]);

  expect(answers.filter((answer) => answer.ok && answer.isNew)).toHaveLength(1);
  expect(answers.filter((answer) => answer.ok && !answer.isNew)).toHaveLength(1);
  const times = answers.map((answer) => answer.ok && answer.endpoint.registeredAtMs);
  expect(times[0]).toBe(times[1]);
  await eventually(
    () => one.registry.get(ID)?.registeredAtMs === other.registry.get(ID)?.registeredAtMs,
  );
});

it('registers a hundred gateways at once, and the same one once', async () => {
  const { registry, changes } = await aSyncedRegistry(parts);
  const endpoints = Array.from({ length: 100 }, (_, n) => `http://gateway-${n}:3000/`);

  const answers = await Promise.all(
    [...endpoints, ...endpoints].map((endpoint) => registry.register(endpoint)),
  );

  expect(answers.every(({ ok }) => ok)).toBe(true);
  expect(answers.filter((answer) => answer.ok && answer.isNew)).toHaveLength(100);
  expect(endpointsOf(registry).toSorted()).toEqual(endpoints.toSorted());
  expect(changes).toHaveLength(100);
});

it('takes an endpoint out, and can register it again', async () => {
  const { registry, events, told } = await aSyncedRegistry(parts);
  await registry.register(ENDPOINT);

  expect(await registry.unregister(ID)).toEqual({ ok: true });

  expect(registry.list()).toEqual([]);
  expect(events).toContainEqual({ type: 'endpoint-unregistered', endpointId: ID });
  expect(await registry.register(ENDPOINT)).toMatchObject({ ok: true, isNew: true });
  expect(told()).toEqual([
    `registered ${ENDPOINT}`,
    `unregistered ${ENDPOINT}`,
    `registered ${ENDPOINT}`,
  ]);
});

it('does not know what was never registered', async () => {
  const { registry } = await aSyncedRegistry(parts);

  expect(await registry.unregister('nobody')).toEqual({
    ok: false,
    reason: 'not_found',
    message: 'nobody is not registered',
  });
  await registry.register(ENDPOINT);
  await registry.unregister(ID);
  expect(await registry.unregister(ID)).toMatchObject({ ok: false, reason: 'not_found' });
});

it('tells every replica of what changes at one of them', async () => {
  const bucket = parts.name('gateways');
  const one = await aSyncedRegistry(parts, { bucket });
  const other = await aSyncedRegistry(parts, { bucket });

  await one.registry.register(ENDPOINT);
  await eventually(() => other.registry.get(ID) !== undefined);
  await other.registry.unregister(ID);

  await eventually(() => one.registry.get(ID) === undefined);
  for (const { told } of [one, other]) {
    expect(told()).toEqual([`registered ${ENDPOINT}`, `unregistered ${ENDPOINT}`]);
  }
});

it('knows after a restart who is registered', async () => {
  const bucket = parts.name('gateways');
  const before = await aSyncedRegistry(parts, { bucket, wall: new FakeClock(5) });
  await before.registry.register(ENDPOINT);
  await before.registry.stop();

  const { registry } = await aSyncedRegistry(parts, { bucket });

  expect(registry.get(ID)).toMatchObject({ endpoint: ENDPOINT, registeredAtMs: 5 });
});

it('ends telling of changes when asked to', async () => {
  const { registry } = await aSyncedRegistry(parts);
  let calls = 0;
  const end = registry.onChange(() => {
    calls += 1;
  });
  await registry.register(ENDPOINT);
  end();

  await registry.unregister(ID);

  expect(calls).toBe(1);
});

describe('bad input', () => {
  it.each([[undefined], [7], [''], ['ftp://gateway'], [{}]])(
    'refuses %j as an endpoint',
    async (endpoint) => {
      const { registry, events } = await aSyncedRegistry(parts);

      expect(await registry.register(endpoint)).toEqual({
        ok: false,
        reason: 'invalid_endpoint',
        message: 'endpoint must begin with http',
      });
      expect(events).toContainEqual({ type: 'registration-refused', reason: 'invalid_endpoint' });
      expect(registry.list()).toEqual([]);
    },
  );

  it('registers no more than it may, and says so', async () => {
    const { registry, events } = await aSyncedRegistry(parts, { maxEndpoints: 2 });

    const answers = await Promise.all(
      [1, 2, 3].map((n) => registry.register(`http://gateway-${n}`)),
    );

    expect(answers[2]).toEqual({
      ok: false,
      reason: 'too_many_endpoints',
      message: '2 endpoints are registered, and no more may be: unregister one first',
    });
    expect(registry.list()).toHaveLength(2);
    expect(events).toContainEqual({ type: 'registration-refused', reason: 'too_many_endpoints' });
    expect(await registry.register('http://gateway-1')).toMatchObject({ ok: true, isNew: false });
    await registry.unregister(endpointIdOf('http://gateway-1'));
    expect(await registry.register('http://gateway-3')).toMatchObject({ ok: true });
  });

  it.each([
    ['no JSON', ID, '{', 'it is not JSON in UTF-8 (1 bytes)'],
    ['nothing', ID, '', 'it is not JSON in UTF-8 (0 bytes)'],
    ['no endpoint', ID, '{"registered_at":1}', 'endpoint must be a text'],
    ['a foreign id', 'other', entry(ENDPOINT), 'its key must be the id of its endpoint'],
    [
      'what may not be called',
      endpointIdOf('ftp://gateway'),
      entry('ftp://gateway'),
      'endpoint must begin with http',
    ],
    ['an endless text', ID, entry('x'.repeat(17_000)), 'it has 17033 bytes, and 16384 are allowed'],
  ])('reports an entry with %s, and goes on', async (_what, id, text, problem) => {
    const { registry, kv, events } = await aSyncedRegistry(parts);

    await kv.put(kvKey(id), text);
    await registry.register('http://good');

    await eventually(() => registry.problems().length === 1);
    expect(registry.problems()).toEqual([{ key: kvKey(id), problem }]);
    expect(events).toContainEqual({ type: 'registry-entry-refused', key: kvKey(id), problem });
    expect(endpointsOf(registry)).toEqual(['http://good']);
    expect(await registry.unregister(id)).toEqual({ ok: true });
    expect(registry.problems()).toEqual([]);
  });

  it('reports a key that is none of ours', async () => {
    const { registry, kv } = await aSyncedRegistry(parts);

    await kv.put('two.parts', entry(ENDPOINT));

    const problem = 'its key must be the id of an endpoint';
    await eventually(() => registry.problems().length === 1);
    expect(registry.problems()).toEqual([{ key: 'two.parts', problem }]);
  });

  it('keeps an endpoint whose entry was spoiled, and takes the entry again once it is good', async () => {
    const { registry, kv } = await aSyncedRegistry(parts);
    await registry.register(ENDPOINT);

    await kv.put(kvKey(ID), 'garbage');
    await eventually(() => registry.problems().length === 1);
    expect(endpointsOf(registry)).toEqual([ENDPOINT]);

    await kv.put(kvKey(ID), entry(ENDPOINT, 77));
    await eventually(() => registry.get(ID)?.registeredAtMs === 77);
    expect(registry.problems()).toEqual([]);
  });

  it('writes over an entry that cannot be used when its endpoint is registered', async () => {
    const { registry, kv } = await aSyncedRegistry(parts);
    await kv.put(kvKey(ID), 'garbage');

    expect(await registry.register(ENDPOINT)).toMatchObject({ ok: true, isNew: true });

    await eventually(() => registry.problems().length === 0);
    expect((await kv.get(kvKey(ID)))?.json()).toMatchObject({ endpoint: ENDPOINT });
  });

  it('reads no more than twice of what it may register', async () => {
    const { registry, kv } = await aSyncedRegistry(parts, { maxEndpoints: 1 });

    for (const n of [1, 2, 3]) {
      const endpoint = `http://gateway-${n}`;
      await kv.put(kvKey(endpointIdOf(endpoint)), entry(endpoint));
    }

    await eventually(() => registry.problems().length === 1);
    expect(endpointsOf(registry)).toEqual(['http://gateway-1', 'http://gateway-2']);
  });
});

describe('what the configuration names', () => {
  it('is always there, without NATS as well', () => {
    const { registry } = aRegistry(parts, { configured: [ENDPOINT], wall: new FakeClock(5) });

    expect(registry.list()).toEqual([
      { endpointId: ID, endpoint: ENDPOINT, registeredAtMs: 5, source: 'configuration' },
    ]);
  });

  it('cannot be taken out by the API, and registering it changes nothing', async () => {
    const { registry, kv } = await aSyncedRegistry(parts, { configured: [ENDPOINT] });

    expect(await registry.unregister(ID)).toEqual({
      ok: false,
      reason: 'configured',
      message: `${ID} comes from the configuration, which alone can take it out`,
    });
    expect(await registry.register(ENDPOINT)).toMatchObject({ ok: true, isNew: false });
    expect(await kv.get(kvKey(ID))).toBeNull();
  });

  it('is told once, also when others have registered it', async () => {
    const bucket = parts.name('gateways');
    const other = await aSyncedRegistry(parts, { bucket });
    await other.registry.register(ENDPOINT);
    const { registry, told } = await aSyncedRegistry(parts, { bucket, configured: [ENDPOINT] });

    await other.registry.unregister(ID);
    await other.registry.register('http://next');

    await eventually(() => registry.list().length === 2);
    expect(endpointsOf(registry)).toEqual([ENDPOINT, 'http://next']);
    expect(told()).toEqual(['registered http://next']);
  });

  it.each([
    [{ configured: ['http://a', 'nowhere'] }, 'configured[1]: endpoint must begin with http'],
    [{ configured: ['http://a', 'http://b'], maxEndpoints: 1 }, 'at most 1 endpoints (got 2)'],
    [{ maxEndpoints: 0 }, 'maxEndpoints must be an integer from 1 (got 0)'],
    [{ maxEndpoints: 1.5 }, 'maxEndpoints must be an integer from 1 (got 1.5)'],
  ])('is checked at the start: %j', (options, problem) => {
    expect(() => aRegistry(parts, options)).toThrow(problem);
  });
});

function entry(endpoint: string, registeredAtMs: number = 1): string {
  return JSON.stringify({ endpoint, registered_at: registeredAtMs });
}
