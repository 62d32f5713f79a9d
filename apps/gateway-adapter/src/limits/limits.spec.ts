import { FakeClock } from '@beamline/testing';
import { LRUCache } from 'lru-cache';
import { GuessGuard } from './guess-guard.js';
import { RateLimits } from './rate-limits.js';

const points = { decide: 2, messages: 3, registry: 4 };
const take = async (limits: RateLimits, key: string) => (await limits.take('decide', key)).isOver;

describe('a rate limit', () => {
  it('lets as many in as there are points, and tells what is left', async () => {
    const limits = new RateLimits({ windowSeconds: 60, points, maxKeys: 10 });

    expect(await limits.take('decide', 'acme')).toMatchObject({ isOver: false, remaining: 1 });
    expect(await limits.take('decide', 'acme')).toMatchObject({ isOver: false, remaining: 0 });
    const over = await limits.take('decide', 'acme');
    expect(over).toMatchObject({ isOver: true, limit: 2, remaining: 0 });
    expect(over.resetMs).toBeGreaterThan(50_000);
    expect(over.resetMs).toBeLessThanOrEqual(60_000);
  });

  it('of one tenant is none of another, and of one family none of another', async () => {
    const limits = new RateLimits({ windowSeconds: 60, points, maxKeys: 10 });
    for (let count = 0; count < 3; count += 1) await limits.take('decide', 'acme');

    expect(await take(limits, 'globex')).toBe(false);
    expect(await limits.take('messages', 'acme')).toMatchObject({ isOver: false });
  });

  it('begins anew with the next window', async () => {
    const limits = new RateLimits({ windowSeconds: 1, points, maxKeys: 10 });
    for (let count = 0; count < 3; count += 1) await limits.take('decide', 'acme');
    await new Promise((resolve) => setTimeout(resolve, 1100));

    expect(await take(limits, 'acme')).toBe(false);
  });

  it('is shared by those beyond the bound: inventing tenants gives nobody more', async () => {
    const limits = new RateLimits({ windowSeconds: 60, points, maxKeys: 1 });
    await take(limits, 'acme');

    const strangers = [];
    for (let count = 0; count < 4; count += 1) strangers.push(await take(limits, `t${count}`));
    expect(strangers).toEqual([false, false, true, true]);
    expect(await take(limits, 'acme')).toBe(false);
  });

  it('gives places that are free again to others', async () => {
    const limits = new RateLimits({ windowSeconds: 1, points, maxKeys: 1 });
    await take(limits, 'acme');
    await new Promise((resolve) => setTimeout(resolve, 1100));

    for (const key of ['globex', 'x', 'y', 'z']) await take(limits, key);
    expect(await take(limits, 'globex')).toBe(false);
  });

  it('looks for such places only where there is no other, and not for each stranger', async () => {
    const looks = jest.spyOn(LRUCache.prototype, 'purgeStale');
    const limits = new RateLimits({ windowSeconds: 60, points, maxKeys: 50 });
    for (let count = 0; count < 50; count += 1) await take(limits, `t${count}`);
    const before = looks.mock.calls.length;
    for (let count = 0; count < 50; count += 1) await take(limits, `stranger${count}`);
    const after = looks.mock.calls.length;
    looks.mockRestore();

    expect([before, after]).toEqual([0, 1]);
  });
});

describe('guessing keys', () => {
  const guard = (clock: FakeClock) =>
    new GuessGuard({ maxFailures: 2, blockMs: 300_000, maxAddresses: 2, clock });

  it('blocks the address after too many failures, for as long as it says', () => {
    const clock = new FakeClock();
    const guesses = guard(clock);

    expect([1, 2, 3].map(() => guesses.failed('a'))).toEqual([false, false, true]);
    expect(guesses.blockedMs('a')).toBe(300_000);
    expect(guesses.blockedMs('b')).toBe(0);
    clock.advance(300_000);
    expect(guesses.blockedMs('a')).toBe(0);
  });

  it('is forgotten after a minute', () => {
    const clock = new FakeClock();
    const guesses = guard(clock);
    guesses.failed('a');
    guesses.failed('a');
    clock.advance(60_000);

    expect(guesses.failed('a')).toBe(false);
  });

  it('of many addresses is remembered of the latest only', () => {
    const guesses = guard(new FakeClock());
    for (let count = 0; count < 3; count += 1) guesses.failed('a');
    guesses.failed('b');
    guesses.failed('c');

    expect(guesses.blockedMs('a')).toBe(0);
  });
});
