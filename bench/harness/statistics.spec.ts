import fc from 'fast-check';
import { median, quantile, ratios, summarize } from './statistics.js';

const samples = (): fc.Arbitrary<number[]> =>
  fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 50 });

describe('statistics', () => {
  it('takes the mean of the two in the middle when their number is even', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('interpolates between neighbours', () => {
    expect(quantile([0, 10], 0.25)).toBe(2.5);
  });

  it('keeps the median between the extremes, whatever the order', () => {
    fc.assert(
      fc.property(samples(), (values) => {
        const { value, min, max, runs } = summarize(values);
        expect(value).toBeGreaterThanOrEqual(min);
        expect(value).toBeLessThanOrEqual(max);
        expect(runs).toBe(values.length);
        expect(summarize(values.toReversed())).toEqual({ value, min, max, runs });
      }),
    );
  });

  it('leaves its input alone', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('compares round by round and refuses series of different length', () => {
    expect(ratios([1, 6], [2, 3])).toEqual([0.5, 2]);
    expect(() => ratios([1], [1, 2])).toThrow('series of 1 and 2 rounds');
  });
});
