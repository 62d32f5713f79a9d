import fc from 'fast-check';
import { RoundTripBaseline } from './round-trip-baseline.js';

it('takes the first round trip for normal', () => {
  expect(new RoundTripBaseline().record(40, 0)).toBe(0);
});

it('counts what exceeds the shortest round trip', () => {
  const baseline = new RoundTripBaseline();
  baseline.record(40, 0);
  baseline.record(2, 50);

  expect(baseline.record(102, 100)).toBe(100);
});

it('does not take a queue that stands for a minute for normal', () => {
  const baseline = new RoundTripBaseline();
  baseline.record(1, 0);
  let excessMs = 0;
  for (let nowMs = 50; nowMs <= 60_000; nowMs += 50) excessMs = baseline.record(301, nowMs);

  expect(excessMs).toBeGreaterThanOrEqual(290);
});

it('follows a way that became longer, slowly', () => {
  const baseline = new RoundTripBaseline();
  baseline.record(1, 0);
  let excessMs = 0;
  for (let nowMs = 50; nowMs <= 120_000; nowMs += 50) excessMs = baseline.record(6, nowMs);

  expect(excessMs).toBe(0);
});

it('counts all of a wait while nothing is known', () => {
  expect(new RoundTripBaseline().excessMs(700)).toBe(700);
});

it('never counts less than nothing, nor more than the round trip itself', () => {
  const trips = fc.array(fc.tuple(fc.nat({ max: 5_000 }), fc.nat({ max: 4_000 })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(trips, (history) => {
      const baseline = new RoundTripBaseline();
      let nowMs = 0;
      for (const [tripMs, pauseMs] of history) {
        nowMs += pauseMs;
        const excessMs = baseline.record(tripMs, nowMs);
        expect(excessMs).toBeGreaterThanOrEqual(0);
        expect(excessMs).toBeLessThanOrEqual(tripMs);
      }
    }),
  );
});
