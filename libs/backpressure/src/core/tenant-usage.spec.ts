import { TenantUsage } from './tenant-usage.js';

/** Lets a tenant ask for work and get some of it. */
function use(
  usage: TenantUsage,
  tenantId: string,
  { wanted, served, nowMs }: { wanted: number; served: number; nowMs: number },
): void {
  const account = usage.account(tenantId, nowMs);
  account.wanted += wanted;
  usage.charge(account, served, nowMs);
}

function isOver(usage: TenantUsage, tenantId: string, nowMs: number): boolean {
  return usage.isOverShare(usage.account(tenantId, nowMs), nowMs);
}

function isUnder(usage: TenantUsage, tenantId: string, nowMs: number): boolean {
  return usage.isUnderShare(usage.account(tenantId, nowMs), nowMs);
}

it('calls a tenant greedy that got more than its equal part while others went without', () => {
  const usage = new TenantUsage();
  use(usage, 'hog', { wanted: 8_000, served: 800, nowMs: 0 });
  use(usage, 'small', { wanted: 1_000, served: 100, nowMs: 0 });
  use(usage, 'other', { wanted: 1_000, served: 100, nowMs: 0 });

  expect(isOver(usage, 'hog', 1_000)).toBe(true);
  expect(isOver(usage, 'small', 1_000)).toBe(false);
  expect(isUnder(usage, 'small', 1_000)).toBe(true);
  expect(isUnder(usage, 'hog', 1_000)).toBe(false);
});

it('lets a tenant have what the others leave', () => {
  const usage = new TenantUsage();
  use(usage, 'big', { wanted: 5_000, served: 900, nowMs: 0 });
  use(usage, 'small', { wanted: 50, served: 50, nowMs: 0 });
  use(usage, 'other', { wanted: 50, served: 50, nowMs: 0 });

  expect(isOver(usage, 'big', 1_000)).toBe(false);
});

it('tolerates a quarter more than the share', () => {
  const usage = new TenantUsage();
  use(usage, 'a', { wanted: 5_000, served: 1_250, nowMs: 0 });
  use(usage, 'b', { wanted: 5_000, served: 750, nowMs: 0 });
  expect(isOver(usage, 'a', 500)).toBe(false);

  const other = new TenantUsage();
  use(other, 'a', { wanted: 5_000, served: 1_251, nowMs: 0 });
  use(other, 'b', { wanted: 5_000, served: 749, nowMs: 0 });
  expect(isOver(other, 'a', 500)).toBe(true);
});

it('calls nobody greedy while everybody gets what it wants', () => {
  const usage = new TenantUsage();
  use(usage, 'big', { wanted: 900, served: 900, nowMs: 0 });
  use(usage, 'small', { wanted: 100, served: 100, nowMs: 0 });

  expect(isOver(usage, 'big', 1_000)).toBe(false);
  expect(isOver(usage, 'unknown', 1_000)).toBe(false);
});

it('never calls the only tenant greedy', () => {
  const usage = new TenantUsage();
  use(usage, 'only', { wanted: 9_000, served: 1_000, nowMs: 0 });

  expect(isOver(usage, 'only', 1_000)).toBe(false);
});

it('divides in several rounds when small wants leave something over', () => {
  const usage = new TenantUsage();
  // 300 to divide: 10 and 20 are met, which leaves 135 for each of the two others.
  use(usage, 'a', { wanted: 10, served: 10, nowMs: 0 });
  use(usage, 'b', { wanted: 20, served: 20, nowMs: 0 });
  use(usage, 'c', { wanted: 1_000, served: 134, nowMs: 0 });
  use(usage, 'd', { wanted: 1_000, served: 136, nowMs: 0 });

  expect(isUnder(usage, 'c', 500)).toBe(true);
  expect(isUnder(usage, 'd', 500)).toBe(false);
});

it('forgives usage with time', () => {
  const usage = new TenantUsage();
  use(usage, 'hog', { wanted: 8_000, served: 800, nowMs: 0 });
  use(usage, 'small', { wanted: 8_000, served: 100, nowMs: 0 });
  expect(isOver(usage, 'hog', 0)).toBe(true);

  use(usage, 'small', { wanted: 8_000, served: 800, nowMs: 30_000 });
  use(usage, 'hog', { wanted: 8_000, served: 800, nowMs: 30_000 });
  expect(isOver(usage, 'hog', 31_000)).toBe(false);
});

it('halves what it remembers in about seven seconds', () => {
  const usage = new TenantUsage();
  const account = usage.account('a', 0);
  usage.charge(account, 1_000, 0);

  expect(usage.account('a', 7_000).served).toBeCloseTo(1_000 * Math.exp(-0.7));
});

it('never calls the only tenant greedy, whatever it gets before shares are divided again', () => {
  const usage = new TenantUsage();
  use(usage, 'only', { wanted: 400, served: 100, nowMs: 0 });
  expect(isOver(usage, 'only', 0)).toBe(false);
  use(usage, 'only', { wanted: 3_600, served: 900, nowMs: 900 });

  expect(isOver(usage, 'only', 900)).toBe(false);
});

it('calls a tenant greedy by the time its work takes, not by the number of its requests', () => {
  const usage = new TenantUsage();
  // Half of what is asked for is done. Before it is done, each request is thought to take 27 ms.
  const ask = (tenantId: string, requests: number, serviceMs: number): void => {
    const account = usage.account(tenantId, 0);
    account.wanted += requests * 27;
    for (let n = 0; n < requests / 2; n += 1) {
      usage.charge(account, 27, 0);
      usage.correct(account, serviceMs - 27, 0);
    }
  };
  ask('slow', 100, 200);
  ask('quick', 1_000, 10);

  expect(isOver(usage, 'slow', 1_000)).toBe(true);
  expect(isOver(usage, 'quick', 1_000)).toBe(false);
});

it('corrects an estimate, but never below nothing', () => {
  const usage = new TenantUsage();
  const account = usage.account('a', 0);
  account.wanted = 100;
  usage.charge(account, 100, 0);
  usage.correct(account, -40, 0);
  expect(account).toMatchObject({ served: 60, wanted: 60 });

  usage.correct(account, -100, 0);
  usage.correct(account, Number.NaN, 0);
  expect(account).toMatchObject({ served: 0, wanted: 0 });
});

it('leaves out charges that are no numbers', () => {
  const usage = new TenantUsage();
  const account = usage.account('a', 0);
  usage.charge(account, 100, 0);
  usage.charge(account, Number.NaN, 0);
  usage.charge(account, Infinity, 0);

  expect(account.served).toBe(100);
});

it('remembers ten thousand tenants at most, those seen last', () => {
  const usage = new TenantUsage();
  for (let n = 0; n < 30_000; n += 1) {
    usage.charge(usage.account(`t-${n}`, 0), 10, 0);
    usage.account('regular', 0).wanted += 1;
  }

  expect(usage.size).toBeLessThanOrEqual(10_000);
  expect(usage.size).toBeGreaterThan(5_000);
  expect(usage.account('regular', 0).wanted).toBe(30_000);
  expect(usage.account('t-29999', 0).served).toBe(10);
  expect(usage.account('t-0', 0).served).toBe(0);
});

it('keeps one account for all ids that are too long to be remembered', () => {
  const usage = new TenantUsage();

  expect(usage.account('x'.repeat(257), 0)).toBe(usage.account('y'.repeat(300), 0));
  expect(usage.account('x'.repeat(256), 0)).not.toBe(usage.account('y'.repeat(256), 0));
});

it('draws the same lots on every replica, whenever each was started', () => {
  const early = new TenantUsage(1_700_000_000_000);
  const late = new TenantUsage(1_700_000_000_000 + 5 * 3_600_000);
  const names = Array.from({ length: 20 }, (_, n) => `tenant-${n}`);
  const lots = (usage: TenantUsage, nowMs: number) =>
    names.map((name) => usage.cohort(usage.account(name, nowMs), nowMs));

  expect(lots(late, 0)).toEqual(lots(early, 5 * 3_600_000));
});

it('draws a lot once an hour', () => {
  const usage = new TenantUsage();
  const account = usage.account('tenant-a', 0);
  const lots = [0, 1, 3_599_999, 3_600_000, 7_200_000].map((nowMs) => usage.cohort(account, nowMs));

  expect(lots[0]).toBe(lots[1]);
  expect(lots[1]).toBe(lots[2]);
  expect(new Set(lots).size).toBeGreaterThan(1);
});
