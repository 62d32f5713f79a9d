import { cohortHour, cohortOf } from './cohort.js';

const tenants = Array.from({ length: 12_800 }, (_, n) => `tenant-${n}`);

it('gives a tenant the same lot all hour', () => {
  expect(cohortHour(3_599_999)).toBe(0);
  expect(cohortHour(3_600_000)).toBe(1);
  expect(cohortOf('tenant-a', 1)).toBe(cohortOf('tenant-a', 1));
});

it('spreads tenants evenly over 128 lots', () => {
  const counts = new Map<number, number>();
  for (const tenant of tenants) {
    const lot = cohortOf(tenant, 0);
    counts.set(lot, (counts.get(lot) ?? 0) + 1);
  }

  expect(counts.size).toBe(128);
  expect(Math.min(...counts.values())).toBeGreaterThan(50);
  expect(Math.max(...counts.values())).toBeLessThan(200);
  expect([...counts.keys()].every((lot) => lot >= 0 && lot < 1)).toBe(true);
});

it('draws the lots anew every hour', () => {
  const kept = tenants.filter((tenant) => cohortOf(tenant, 0) === cohortOf(tenant, 1));
  expect(kept.length).toBeLessThan(300);

  const luckyTwice = tenants.filter((t) => cohortOf(t, 5) >= 0.5 && cohortOf(t, 6) >= 0.5);
  expect(luckyTwice.length).toBeGreaterThan(2_700);
  expect(luckyTwice.length).toBeLessThan(3_700);
});
