import { TransitTime } from './transit-time.js';

function windowOf(transit: TransitTime, nowMs: number, ms: number, answers = 10): void {
  for (let n = 0; n < answers; n += 1) transit.record(ms);
  transit.closeWindow(nowMs);
}

describe('the time on the way', () => {
  it('is nothing until a window of answers has told of it', () => {
    const transit = new TransitTime();
    for (let n = 0; n < 4; n += 1) transit.record(50);
    transit.closeWindow(200);
    expect(transit.ms).toBe(0);

    transit.record(50);
    transit.closeWindow(400);
    expect(transit.ms).toBe(50);
  });

  it('is the mean of the first window, over as many windows as it takes', () => {
    const transit = new TransitTime();
    windowOf(transit, 200, 40, 4);
    windowOf(transit, 400, 60, 4);

    expect(transit.ms).toBe(50);
  });

  it('falls at once', () => {
    const transit = new TransitTime();
    windowOf(transit, 200, 250);
    windowOf(transit, 400, 3);

    expect(transit.ms).toBe(3);
  });

  it('rises by a thousandth of the time that passes, so that a queue nobody reports stays visible', () => {
    const transit = new TransitTime();
    windowOf(transit, 200, 2);
    for (let nowMs = 400; nowMs <= 20_200; nowMs += 200) windowOf(transit, nowMs, 3_000);

    expect(transit.ms).toBeCloseTo(22, 6);
  });

  it('rises no further than what is measured', () => {
    const transit = new TransitTime();
    windowOf(transit, 200, 2);
    windowOf(transit, 1_000_000, 4);

    expect(transit.ms).toBe(4);
  });

  it('takes no negative time, no nonsense, and no clock that runs backwards', () => {
    const transit = new TransitTime();
    windowOf(transit, 1_200, -30);
    for (const bad of [NaN, Infinity, -Infinity]) {
      windowOf(transit, 1_400, bad);
      expect(transit.ms).toBe(0);
    }

    windowOf(transit, 900, 70);
    expect(transit.ms).toBe(0);
  });
});
