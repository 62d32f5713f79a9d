import { ComeBack } from './come-back.js';

const half = (): number => 0.5;

/** Lets seconds pass with a load, evenly. */
function pass(comeBack: ComeBack, seconds: number, perSecond: number): number {
  for (let nowMs = 0; nowMs < seconds * 1_000; nowMs += 1_000 / perSecond) comeBack.note(nowMs);
  return seconds * 1_000;
}

it('gives each caller a time of its own, as far apart as what is spare can serve', () => {
  const comeBack = new ComeBack(300_000, half);
  const nowMs = pass(comeBack, 60, 500);
  const times = [1, 2, 3].map(() => comeBack.appoint('default', 1_000, nowMs).retryAfterMs);

  // 500 of 1,000 per second are spare, of which four fifths are promised.
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeCloseTo(2.5, 1);
  expect((times[2] ?? 0) - (times[1] ?? 0)).toBeCloseTo(2.5, 1);
  expect(times[0]).toBeGreaterThanOrEqual(1_000);
});

it('does not take the load of an overload for the usual one', () => {
  const comeBack = new ComeBack(300_000, half);
  let nowMs = pass(comeBack, 60, 500);
  for (let n = 0; n < 20_000; n += 1) {
    nowMs += 0.2;
    comeBack.note(nowMs);
    if (n % 100 === 0) comeBack.appoint('default', 1_000, nowMs);
  }
  const [first, second] = [1, 2].map(() => comeBack.appoint('default', 1_000, nowMs).retryAfterMs);

  expect((second ?? 0) - (first ?? 0)).toBeCloseTo(2.5, 1);
});

it('asks nobody to come later than is set', () => {
  const comeBack = new ComeBack(2_000, half);
  const told = Array.from({ length: 1_000 }, () => comeBack.appoint('default', 1, 0));

  expect(Math.max(...told.map(({ retryAfterMs }) => retryAfterMs))).toBeLessThanOrEqual(2_000);
});
