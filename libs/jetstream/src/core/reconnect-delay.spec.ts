import fc from 'fast-check';
import { reconnectDelayMs } from './reconnect-delay.js';

const pace = { baseMs: 1000, maxMs: 30_000 };

describe('reconnectDelayMs', () => {
  it('doubles from the base up to the cap', () => {
    const delays = [1, 2, 3, 6, 100].map((failed) => reconnectDelayMs(failed, pace, () => 0));
    expect(delays).toEqual([1000, 2000, 4000, 30_000, 30_000]);
  });

  it('is never above the cap nor below four fifths of its step', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failed, value) => {
          const ms = reconnectDelayMs(failed, pace, () => value);
          expect(ms).toBeGreaterThanOrEqual(800);
          expect(ms).toBeLessThanOrEqual(30_000);
        },
      ),
    );
  });
});
