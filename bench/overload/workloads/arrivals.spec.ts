import { drawShares, poissonTimes } from './arrivals.js';
import { seeded } from './random.js';

const PHASES = [
  { name: 'calm', seconds: 50, load: 0.5 },
  { name: 'storm', seconds: 50, load: 5 },
];

describe('Poisson arrivals', () => {
  const times = [...poissonTimes(PHASES, 400, seeded(3))];
  const calm = times.filter((atMs) => atMs < 50_000);

  it('keep the rate of each phase', () => {
    expect(calm.length / 50).toBeGreaterThan(190);
    expect(calm.length / 50).toBeLessThan(210);
    expect((times.length - calm.length) / 50).toBeGreaterThan(1_950);
    expect((times.length - calm.length) / 50).toBeLessThan(2_050);
  });

  it('have gaps that vary as much as they are long', () => {
    const gaps = calm.slice(1).map((atMs, n) => atMs - (calm[n] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;

    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
  });

  it('are in order, and the same for the same seed', () => {
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times).toEqual([...poissonTimes(PHASES, 400, seeded(3))]);
  });
});

it('deals shares as they are asked for', () => {
  const drawn = [...drawShares([10, 60, 30], 30_000, seeded(1))];
  const shareOf = (index: number): number =>
    drawn.filter((one) => one === index).length / drawn.length;

  expect(shareOf(0)).toBeCloseTo(0.1, 1);
  expect(shareOf(1)).toBeCloseTo(0.6, 1);
  expect(shareOf(2)).toBeCloseTo(0.3, 1);
});
