import { Setting } from './rate-credit.fixture.js';

it('sends everything while nothing is refused', () => {
  const setting = new Setting();

  expect(setting.pass(5, 1_000)).toEqual({ sent: 1_000, refused: 0 });
  expect(setting.credit.limitPerSecond).toBeUndefined();
});

it.each([20, 100, 1_000])(
  'sends a tenth more than a router takes that takes %d per second',
  (capacity) => {
    const setting = new Setting();
    setting.pass(5, capacity / 2);
    setting.capacity = capacity;
    setting.pass(5, capacity * 10);
    const { sent } = setting.pass(20, capacity * 10);

    expect(sent).toBeGreaterThan(capacity);
    expect(sent).toBeLessThan(1.25 * capacity);
  },
);

it('wastes little on finding out', () => {
  const setting = new Setting();
  setting.pass(5, 500);
  setting.capacity = 1_000;

  expect(setting.pass(1, 10_000).refused).toBeLessThan(1_000);
});

it('does not begin for a few refusals among many requests', () => {
  const setting = new Setting();
  setting.capacity = 850;
  setting.pass(10, 1_000);

  expect(setting.changes).toEqual([]);
});

it('does not begin for a few requests that are all refused', () => {
  const setting = new Setting();
  setting.capacity = 1e-9;
  setting.pass(10, 1);

  expect(setting.changes).toEqual([]);
});

it('grows by half in a second while nothing is refused, and ends at ten times', () => {
  const setting = new Setting();
  setting.overload(100);
  setting.pass(1, 50);
  const limit = setting.credit.limitPerSecond ?? 0;
  setting.pass(2, 50);

  expect((setting.credit.limitPerSecond ?? 0) / limit).toBeCloseTo(1.5 ** 2, 8);
  setting.pass(4, 50);
  expect(setting.changes).toEqual(['started', 'ended']);
});

it('holds nobody back any more when callers come less', () => {
  const setting = new Setting();
  setting.overload(100);
  setting.pass(0.2, 50);

  expect(setting.pass(10, 50).sent).toBe(50);
});

it('soon sends more when the router takes more', () => {
  const setting = new Setting();
  setting.overload(100);
  setting.capacity = Infinity;
  setting.pass(3, 1_000);

  expect(setting.pass(1, 1_000).sent).toBeGreaterThan(990);
});

it('follows when the router takes less', () => {
  const setting = new Setting();
  setting.overload(1_000);
  setting.capacity = 100;
  setting.pass(2, 5_000);

  expect(setting.pass(5, 5_000).sent).toBeLessThan(150);
});

it('does not grow while nothing is answered', () => {
  const setting = new Setting();
  setting.overload(100);
  setting.answers = false;
  setting.pass(3, 1_000);
  const limit = setting.credit.limitPerSecond;
  setting.pass(30, 1_000);

  expect(limit).toBeLessThan(1_000);
  expect(setting.credit.limitPerSecond).toBe(limit);
});

it('always sends one request per second to a router that refuses everything', () => {
  const setting = new Setting();
  setting.capacity = 1e-9;
  setting.pass(20, 100);

  expect(setting.credit.limitPerSecond).toBeLessThan(2);
  expect(setting.pass(10, 100).sent).toBeGreaterThanOrEqual(1);
});

it('takes what callers ask for, when that is little, for no limit of the router', () => {
  const setting = new Setting();
  setting.overload(1_000);
  setting.capacity = 45;
  setting.pass(3, 50);

  expect(setting.credit.limitPerSecond ?? Infinity).toBeGreaterThan(500);
});

it('forgets, when it begins, what was taken before: that filled a queue', () => {
  const setting = new Setting();
  setting.pass(5, 1_000);
  setting.capacity = 100;

  expect(setting.pass(1, 5_000).refused).toBeLessThan(600);
});

it('ends in a long silence', () => {
  const setting = new Setting();
  setting.overload(100);
  setting.nowMs += 86_400_000;
  setting.credit.advance(setting.nowMs);

  expect(setting.changes).toEqual(['started', 'ended']);
});

describe('what the router says it takes', () => {
  it('makes one that sends a tenth of it or more begin at once, with what it has sent so far', () => {
    const setting = new Setting();
    setting.pass(2, 400);
    setting.credit.hearCredit(1_000, setting.nowMs);

    expect(setting.changes).toEqual(['started']);
    expect(setting.credit.limitPerSecond).toBeCloseTo(440, 8);
  });

  it('is the most that anyone sends', () => {
    const setting = new Setting();
    setting.pass(2, 4_000);
    setting.credit.hearCredit(1_000, setting.nowMs);

    expect(setting.credit.limitPerSecond).toBeCloseTo(1_100, 8);
  });

  it('leaves those alone who send less than a tenth of it', () => {
    const setting = new Setting();
    setting.pass(2, 90);
    setting.credit.hearCredit(1_000, setting.nowMs);

    expect(setting.changes).toEqual([]);
  });

  it('lets one that begins have a tenth of it', () => {
    const setting = new Setting();
    setting.capacity = 1;
    setting.credit.hearCredit(1_000, 0);
    setting.pass(0.2, 100);

    expect(setting.credit.limitPerSecond).toBeCloseTo(110, 8);
  });

  it('limits one who was idle when it heard that, as soon as it alone sends more than all may', () => {
    const setting = new Setting();
    setting.credit.hearCredit(40, setting.nowMs);
    const sent = Array.from({ length: 100 }, () =>
      setting.credit.trySend('default', setting.nowMs),
    );

    // What all may send in half a second, and a few.
    expect(sent.slice(0, 27)).not.toContain(false);
    expect(sent.filter(Boolean).length).toBeLessThan(40);
    expect(setting.credit.limitPerSecond).toBeCloseTo(44, 8);
  });

  it('makes nobody begin again who has found that it takes more', () => {
    const setting = new Setting();
    setting.pass(2, 400);
    setting.credit.hearCredit(100, setting.nowMs);
    setting.pass(10, 400);
    setting.credit.hearCredit(100, setting.nowMs);

    expect(setting.changes).toEqual(['started', 'ended']);
  });

  it('lowers a limit at once while requests are refused', () => {
    const setting = new Setting();
    setting.overload(1_000);
    setting.credit.hearCredit(300, setting.nowMs);

    expect(setting.credit.limitPerSecond).toBeCloseTo(330, 8);
  });

  it('lowers no limit of one who has not been refused for a second', () => {
    const setting = new Setting();
    setting.overload(1_000);
    setting.pass(1.5, 500);
    setting.credit.hearCredit(300, setting.nowMs);

    expect(setting.credit.limitPerSecond).toBeGreaterThan(1_000);
  });

  it('makes a limit grow fast when it refuses nothing', () => {
    const limits = [undefined, null].map((credit) => {
      const setting = new Setting();
      setting.capacity = 1e-9;
      setting.pass(20, 100);
      setting.capacity = Infinity;
      setting.credit.hearCredit(credit, setting.nowMs);
      setting.pass(3, 100);
      return setting.credit.limitPerSecond ?? Infinity;
    });

    expect(limits[1]).toBeGreaterThan(limits[0] ?? 0);
  });
});

it.each([Number.NaN, Infinity, -1])('takes a credit of %d for none', (credit) => {
  const setting = new Setting();
  setting.overload(100);
  const limit = setting.credit.limitPerSecond;
  setting.credit.hearCredit(credit, setting.nowMs);

  expect(setting.credit.limitPerSecond).toBe(limit);
});
