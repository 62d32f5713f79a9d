import { EffectiveStatus, type ShedSlice } from './effective-status.js';

const CLEAN: ShedSlice = { offered: 100, shed: 0, shedCritical: 0 };
const FEW: ShedSlice = { offered: 100, shed: 1, shedCritical: 0 };
const MANY: ShedSlice = { offered: 100, shed: 50, shedCritical: 0 };
const CRITICAL: ShedSlice = { offered: 10_000, shed: 1, shedCritical: 1 };

/** Statuses after each of some slices. */
function statuses(slices: readonly ShedSlice[]): string[] {
  const status = new EffectiveStatus(0);
  return slices.map((slice, n) => {
    status.add(slice, (n + 1) * 200);
    return status.status;
  });
}

const same = (count: number, slice: ShedSlice): ShedSlice[] =>
  Array.from({ length: count }, () => slice);

it('is inactive while nothing is shed', () => {
  expect(new Set(statuses(same(20, CLEAN)))).toEqual(new Set(['inactive']));
  expect(statuses(same(6, { offered: 0, shed: 0, shedCritical: 0 })).at(-1)).toBe('inactive');
});

it('warns once some was shed for a second', () => {
  expect(statuses(same(6, FEW))).toEqual([
    ...Array.from({ length: 4 }, () => 'inactive'),
    'warning',
    'warning',
  ]);
});

it('warns also when a second has gone by since the first of what was shed now and then', () => {
  expect(statuses([FEW, CLEAN, FEW, CLEAN, FEW]).at(-1)).toBe('warning');
});

it('does not warn of a single moment', () => {
  expect(new Set(statuses([...same(5, CLEAN), FEW, ...same(9, CLEAN)]))).toEqual(
    new Set(['inactive']),
  );
});

it('is active once a tenth of the last second was shed', () => {
  expect(statuses([...same(5, CLEAN), MANY]).at(-1)).toBe('active');
  expect(statuses([...same(5, CLEAN), { ...MANY, shed: 49 }]).at(-1)).toBe('inactive');
});

it('is active once anything critical was shed', () => {
  expect(statuses([...same(5, CLEAN), CRITICAL]).at(-1)).toBe('active');
});

it('falls back after a second in which nothing was shed', () => {
  const history = statuses([...same(5, MANY), ...same(5, CLEAN)]);
  expect(history.at(-2)).not.toBe('inactive');
  expect(history.at(-1)).toBe('inactive');
});

it('falls back from active to warning while little is shed', () => {
  expect(statuses([...same(5, MANY), ...same(5, FEW)]).at(-1)).toBe('warning');
});

it('tells since when', () => {
  const status = new EffectiveStatus(7);
  expect(status.sinceMs).toBe(7);
  status.add(MANY, 200);
  status.add(MANY, 400);
  expect(status.sinceMs).toBe(200);
});

it('is shedding until a second after it shed', () => {
  const status = new EffectiveStatus(0);
  expect(status.isShedding).toBe(false);
  status.add(FEW, 200);
  for (let n = 0; n < 4; n += 1) status.add(CLEAN, 400 + n * 200);
  expect(status.isShedding).toBe(true);
  status.add(CLEAN, 1_200);
  expect(status.isShedding).toBe(false);
});
