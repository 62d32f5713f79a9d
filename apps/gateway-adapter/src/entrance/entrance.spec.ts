import {
  type EdgeEvent,
  type Gateway,
  type GatewayEntry,
  type GatewayRefusal,
  type HttpAnswer,
  type HttpHeaders,
  RequestReader,
} from '@beamline/gateway-adapter';
import { FakeClock, recorder } from '@beamline/testing';
import { ApiKeys } from '../access/api-keys.js';
import { Authenticator } from '../access/authenticator.js';
import { GuessGuard } from '../limits/guess-guard.js';
import { RateLimits } from '../limits/rate-limits.js';
import { type Arrival, Entrance } from './entrance.js';
import { LoadDoor } from './load-door.js';
import { ROUTES } from './route-rules.js';

const KEYS = {
  one: { key: 'key-of-one-000001', role: 'user', tenants: ['acme'] },
  many: { key: 'key-of-many-00001', role: 'developer', tenants: ['acme', 'globex'] },
  ops: { key: 'key-of-ops-000001', role: 'admin' },
  guest: { key: 'key-of-guest-0001', role: 'anonymous' },
} as const;
const BODY = new TextEncoder().encode('{}');
const OVERLOADED: HttpAnswer = { status: 429, headers: { 'retry-after': '7' }, body: 'overloaded' };
const refusal = { http: () => OVERLOADED } as unknown as GatewayRefusal;

interface Changes {
  readonly required?: boolean;
  readonly points?: number;
  readonly mode?: 'credit' | 'contract';
  readonly status?: 'inactive' | 'active';
  readonly refuses?: boolean;
}

function anEntrance({
  required = true,
  points,
  mode = 'credit',
  status = 'inactive',
  refuses = false,
}: Changes = {}) {
  const facts = recorder<EdgeEvent>();
  const reader = new RequestReader();
  let entered = 0;
  const entry = (): GatewayEntry => {
    entered += 1;
    return refuses
      ? { admitted: false, refusal }
      : ({ admitted: true, ticket: { subject: 's' } } as never);
  };
  const look = () => (status === 'active' ? refusal : undefined);
  const gateway = { admission: () => ({ look, enter: entry }) } as unknown as Gateway;
  const entrance = new Entrance({
    authenticator: new Authenticator({ required, apiKeys: new ApiKeys(KEYS), tokens: undefined }),
    limits:
      points === undefined
        ? undefined
        : new RateLimits({
            windowSeconds: 60,
            points: { decide: points, messages: points, registry: points },
            maxKeys: 100,
          }),
    guesses: new GuessGuard({ maxFailures: 2, blockMs: 300_000, clock: new FakeClock() }),
    door: new LoadDoor({ gateway, mode }),
    reader,
    observe: facts.observe,
  });
  const knock = (
    headers: HttpHeaders,
    more: Partial<Arrival> = {},
    rules: keyof typeof ROUTES = 'decide',
  ) => entrance.enter({ headers, body: BODY, address: '10.0.0.1', ...more }, ROUTES[rules]);
  return { knock, facts, entered: () => entered };
}

const by = (name: keyof typeof KEYS, tenant?: string) => ({
  'x-api-key': KEYS[name].key,
  ...(tenant !== undefined && { 'x-tenant-id': tenant }),
});
const answerOf = (entered: Awaited<ReturnType<ReturnType<typeof anEntrance>['knock']>>) => {
  if (entered.ok) throw new Error('was let in');
  const { status, headers, body } = entered.answer;
  const text = String(body);
  return { status, headers, code: text.startsWith('{') ? JSON.parse(text).error.code : text };
};

describe('the tenant', () => {
  it.each<[string, HttpHeaders, string | undefined]>([
    ['need not be named by who has only one', by('one'), 'acme'],
    ['is the one of the header', by('many', 'globex'), 'globex'],
    ['may be any for who is bound to none', by('ops', 'initech'), 'initech'],
  ])('%s', async (_rule, headers, tenant) => {
    const entered = await anEntrance().knock(headers);

    expect(entered.ok && entered.headers['x-tenant-id']).toBe(tenant);
  });

  it.each<[string, HttpHeaders, string | undefined, number]>([
    ['of somebody else is refused', by('one', 'globex'), undefined, 403],
    ['of somebody else in the path is refused', by('one'), 'globex', 403],
    ['cannot be one in the header and another in the path', by('ops', 'acme'), 'globex', 403],
    ['must be named by who has several', by('many'), undefined, 400],
  ])('%s', async (_rule, headers, tenant, status) => {
    const { knock, facts } = anEntrance();

    expect(answerOf(await knock(headers, { tenant }))).toMatchObject({ status });
    expect(facts.events).toEqual([{ type: 'caller-refused', reason: 'tenant' }]);
  });
});

it.each(['status', 'readExtensions'] as const)(
  'a tenant need not be named at %s, which is about none; another one may not be',
  async (rules) => {
    const { knock } = anEntrance();

    expect((await knock(by('many'), {}, rules)).ok).toBe(true);
    expect(answerOf(await knock(by('many', 'initech'), {}, rules)).status).toBe(403);
  },
);

describe('the role', () => {
  it.each<[keyof typeof KEYS, keyof typeof ROUTES, number | undefined]>([
    ['guest', 'decide', 403],
    ['one', 'decide', undefined],
    ['one', 'readPolicies', 403],
    ['many', 'readPolicies', undefined],
    ['many', 'writePolicies', 403],
    ['ops', 'writePolicies', undefined],
  ])('of %s at %s: %s', async (name, rules, status) => {
    const entered = await anEntrance().knock(by(name, 'acme'), {}, rules);

    expect(entered.ok ? undefined : answerOf(entered).status).toBe(status);
  });

  it('of whoever does not say who it is, is a user’s where that need not be said', async () => {
    const { knock } = anEntrance({ required: false });

    expect((await knock({ 'x-tenant-id': 'acme' })).ok).toBe(true);
    expect(answerOf(await knock({}, {}, 'readPolicies'))).toMatchObject({
      status: 401,
      code: 'unauthorized',
      headers: { 'www-authenticate': 'Bearer' },
    });
  });
});

describe('the order of refusals', () => {
  it('an empty body comes before everything', async () => {
    const { knock } = anEntrance({ status: 'active', mode: 'contract', refuses: true, points: 1 });

    expect(answerOf(await knock({}, { body: undefined }))).toMatchObject({ status: 400 });
  });

  it('a router that takes nothing comes before the rate limit and before who it is', async () => {
    const { knock, entered } = anEntrance({ status: 'active', mode: 'contract', points: 1 });
    await knock(by('one'));

    expect(answerOf(await knock({}))).toMatchObject({ status: 429, code: 'overloaded' });
    expect(entered()).toBe(0);
  });

  it('the rate limit comes before who it is', async () => {
    const { knock, facts } = anEntrance({ points: 1 });
    await knock({});

    const over = answerOf(await knock({}));
    expect(over).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(over.headers).toMatchObject({
      'x-ratelimit-limit': '1',
      'x-ratelimit-remaining': '0',
      'retry-after': expect.stringMatching(/^(?:59|60)$/),
    });
    expect(facts.of('rate-limited')).toEqual([{ type: 'rate-limited', family: 'decide' }]);
  });

  it.each(['credit', 'contract'] as const)(
    'who is kept out takes nothing of what the router takes: mode %s',
    async (mode) => {
      const { knock, entered } = anEntrance({ points: 1, mode });
      await knock({ 'x-api-key': 'nobody-has-this-key' });
      await knock(by('guest'));
      await knock(by('one', 'globex'));
      await knock(by('one'));
      await knock(by('one'));

      expect(entered()).toBe(1);
    },
  );
});

describe('the rate limit', () => {
  it('is a tenant’s, whoever calls for it, and its standing is on every answer', async () => {
    const { knock } = anEntrance({ points: 2 });
    const first = await knock(by('one'));
    await knock(by('many', 'acme'));

    expect(first.ok && first.answerHeaders).toMatchObject({ 'x-ratelimit-remaining': '1' });
    expect(answerOf(await knock(by('ops', 'acme')))).toMatchObject({ status: 429 });
    expect((await knock(by('many', 'globex'))).ok).toBe(true);
  });

  it('of a tenant cannot be used up by who may not act for it', async () => {
    const { knock } = anEntrance({ points: 1 });
    await knock(by('one', 'globex'));
    await knock({ 'x-tenant-id': 'globex' });

    expect((await knock(by('many', 'globex'))).ok).toBe(true);
  });
});

describe('the load', () => {
  it('keeps a request out that the router does not take now, with the wait', async () => {
    expect(answerOf(await anEntrance({ refuses: true }).knock(by('one')))).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7' },
    });
  });

  it('gives a ticket to what costs the router work, and to nothing else', async () => {
    const { knock } = anEntrance();
    const decide = await knock(by('one'));
    const look = await knock(by('one'), {}, 'getDecision');
    const message = await knock(by('one'), {}, 'postMessage');

    expect([decide, look, message].map((each) => each.ok && each.ticket)).toEqual([
      { subject: 's' },
      undefined,
      undefined,
    ]);
  });

  it('keeps messages out while the status is active, and looks no more than that at them', async () => {
    const refusing = anEntrance({ refuses: true });
    const active = anEntrance({ status: 'active' });

    expect((await refusing.knock(by('one'), {}, 'postMessage')).ok).toBe(true);
    expect(answerOf(await active.knock(by('one'), {}, 'postMessage'))).toMatchObject({
      status: 429,
      code: 'overloaded',
      headers: { 'retry-after': '7' },
    });
    expect((await active.knock(by('one'), {}, 'getMessage')).ok).toBe(true);
  });
});

it('an address that tries out keys is blocked, with a right one too', async () => {
  const { knock, facts } = anEntrance();
  for (let count = 0; count < 3; count += 1) await knock({ 'x-api-key': `guess-number-${count}-` });

  expect(answerOf(await knock(by('one')))).toMatchObject({
    status: 429,
    code: 'rate_limited',
    headers: { 'retry-after': '300' },
  });
  expect((await knock(by('one'), { address: '10.0.0.2' })).ok).toBe(true);
  expect(facts.of('address-blocked')).toHaveLength(1);
});
