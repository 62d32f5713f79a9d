import { SreThrottle } from './sre-throttle.js';

const settle = (throttle: SreThrottle, accepted: number, failed: number, nowMs = 0): void => {
  for (let n = 0; n < accepted; n += 1) throttle.settle(true, nowMs);
  for (let n = 0; n < failed; n += 1) throttle.settle(false, nowMs);
};

it.each([
  [0, 0, 0],
  [10, 10, 0],
  [10, 11, 1 / 22],
  [0, 99, 0.99],
  [25, 75, 0.5 - 0.5 / 101],
])(
  'after %d accepted and %d failed requests holds back a share of %d',
  (accepted, failed, share) => {
    const throttle = new SreThrottle(() => 0);
    settle(throttle, accepted, failed);

    expect(throttle.probability(0)).toBeCloseTo(share, 10);
  },
);

it('holds back by chance', () => {
  let drawn = 0;
  const throttle = new SreThrottle(() => drawn);
  settle(throttle, 0, 99);
  throttle.mayPass(0);

  drawn = 0.98;
  expect(throttle.mayPass(1)).toBe(false);
  drawn = 0.99;
  expect(throttle.mayPass(1)).toBe(true);
});

it('lets one request pass in every second, however long nothing is answered', () => {
  const throttle = new SreThrottle(() => 0);
  let passed = 0;
  for (let nowMs = 0; nowMs < 60_000; nowMs += 10) {
    settle(throttle, 0, 1, nowMs);
    if (throttle.mayPass(nowMs)) passed += 1;
  }

  expect(passed).toBe(60);
});

it('forgets after ten seconds', () => {
  const throttle = new SreThrottle(() => 0);
  settle(throttle, 0, 100);

  expect(throttle.probability(9_999)).toBeGreaterThan(0.9);
  expect(throttle.probability(10_000)).toBe(0);
});
