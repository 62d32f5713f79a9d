import { lognormalDeck, seeded } from './random.js';

describe('service times', () => {
  const draws = (seed: number, count: number): number[] => {
    const next = lognormalDeck({ mean: 50, sigma: 0.6 }, seeded(seed));
    return Array.from({ length: count }, next);
  };
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;

  it('have the same mean in every deck, whatever the seed', () => {
    for (const seed of [1, 2, 3]) {
      const dealt = draws(seed, 1_024);

      expect(mean(dealt.slice(0, 256))).toBeCloseTo(50, 6);
      expect(mean(dealt.slice(768))).toBeCloseTo(50, 6);
    }
  });

  it('are lognormal: their median is the mean over e to half the variance', () => {
    const sorted = draws(7, 2_560).toSorted((a, b) => a - b);

    expect(sorted[1_280]).toBeCloseTo(50 * Math.exp(-0.18), 0);
  });

  it('come in another order with another seed, and in the same with the same', () => {
    expect(draws(1, 20)).toEqual(draws(1, 20));
    expect(draws(1, 20)).not.toEqual(draws(2, 20));
  });
});
