import { exponential, lognormal, pickByShare, randomStreams, seededRandom } from './random.js';

const draws = (draw: () => number, count: number): number[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('randomness by seed', () => {
  it('is the same for the same seed, another for another, and within 0 and 1', () => {
    const values = draws(seededRandom(1), 1000);

    expect(draws(seededRandom(1), 1000)).toEqual(values);
    expect(draws(seededRandom(2), 1000)).not.toEqual(values);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('gives each purpose numbers of its own', () => {
    const { arrivals, service, mix, clients, control } = randomStreams(1);

    const firsts = [arrivals, service, mix, clients, control].map((random) => random());

    expect(new Set(firsts).size).toBe(5);
  });

  it('draws from the distributions that are asked for', () => {
    const random = seededRandom(3);
    const services = draws(() => lognormal(random, 50, 0.6), 20_000);

    expect(mean(draws(() => exponential(random, 7), 20_000))).toBeCloseTo(7, 0);
    expect(mean(services)).toBeGreaterThan(49);
    expect(mean(services)).toBeLessThan(51);
    expect(services.toSorted((a, b) => a - b)[10_000]).toBeCloseTo(50 * Math.exp(-0.18), 0);
  });

  it('picks by share, never what has none', () => {
    const shares = [
      ['a', 1],
      ['never', 0],
      ['b', 3],
    ] as const;

    expect([0, 0.24, 0.26, 0.999_999].map((draw) => pickByShare(shares, draw))).toEqual([
      'a',
      'a',
      'b',
      'b',
    ]);
    expect(() => pickByShare([['never', 0]], 0.5)).toThrow(RangeError);
  });
});
