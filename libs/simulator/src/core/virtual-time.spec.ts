import fc from 'fast-check';
import { VirtualTime } from './virtual-time.js';

describe('VirtualTime', () => {
  it('keeps appointments in the order of their times, and of their making where times are equal', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 200 }), (delays) => {
        const time = new VirtualTime();
        const kept: [number, number][] = [];
        for (const [index, delayMs] of delays.entries()) {
          time.after(delayMs, () => kept.push([time.nowMs(), index]));
        }
        time.runUntil(1000);

        const wanted = delays
          .map((delayMs, index): [number, number] => [delayMs, index])
          .toSorted(([a, i], [b, j]) => a - b || i - j);
        expect(kept).toEqual(wanted);
      }),
    );
  });

  it('stops before the end, and tells the end as its time', () => {
    const time = new VirtualTime();
    const kept: number[] = [];
    time.after(10, () => kept.push(10));
    time.after(20, () => kept.push(20));

    time.runUntil(20);

    expect(kept).toEqual([10]);
    expect(time.nowMs()).toBe(20);
  });

  it('keeps what is made meanwhile', () => {
    const time = new VirtualTime();
    const kept: number[] = [];
    const again = (): void => {
      kept.push(time.nowMs());
      time.after(5, again);
    };
    time.after(5, again);

    time.runUntil(21);

    expect(kept).toEqual([5, 10, 15, 20]);
  });
});
