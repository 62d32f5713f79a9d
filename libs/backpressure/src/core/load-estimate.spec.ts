import { LoadEstimate } from './load-estimate.js';

/** Three seconds in which a request is answered every 10 ms; `queueMs` tells how long the n-th says to have waited. */
function anEstimate(queueMs: (n: number) => number | undefined) {
  const estimate = new LoadEstimate(1_000, 0);
  let nowMs = 0;
  for (let n = 0; n < 300; n += 1) {
    nowMs += 10;
    estimate.advance(nowMs, 1);
    estimate.begin(nowMs);
    const waited = queueMs(n);
    const work = waited === undefined ? { serviceMs: 5 } : { serviceMs: 5, queueMs: waited };
    estimate.learn('success', work, 5 + (waited ?? 0), 1);
  }
  return { estimate, nowMs };
}

describe('whether there is a wait', () => {
  it.each<[string, boolean, (n: number) => number | undefined]>([
    ['there is, when everybody reports to have waited', true, () => 40],
    ['there is none, when somebody now and then has not', false, (n) => (n % 10 === 0 ? 0 : 40)],
    ['there is none, when nobody reports a wait', false, () => undefined],
  ])('%s, whatever is predicted', (_, expected, queueMs) => {
    const { estimate, nowMs } = anEstimate(queueMs);

    expect(estimate.observeWait(0, nowMs)).toBe(expected);
  });

  it('is told by the prediction once no reports come any more', () => {
    const { estimate, nowMs } = anEstimate(() => 40);

    estimate.advance(nowMs + 300, 0);
    estimate.advance(nowMs + 600, 0);

    expect(estimate.observeWait(0, nowMs + 600)).toBe(false);
  });

  it('is not told by a queue of before a pause', () => {
    const { estimate, nowMs } = anEstimate(() => 40);

    estimate.advance(nowMs + 60_000, 0);

    expect(estimate.observeWait(0, nowMs + 60_000)).toBe(false);
  });
});

it('shows a reported wait until a window has passed in which nobody reports one', () => {
  const { estimate, nowMs } = anEstimate((n) => (n < 200 ? 40 : undefined));
  expect(estimate.queueMs(nowMs)).toBe(0);

  const waiting = anEstimate(() => 40);
  expect(waiting.estimate.queueMs(waiting.nowMs)).toBe(40);
});

describe('a process that does not know its work yet', () => {
  /** It has seen one answer, and then ten that say how long they have waited, with so many in hand. */
  function aNewcomer({ ahead, queueMs }: { ahead: number; queueMs: number }): LoadEstimate {
    const estimate = new LoadEstimate(1_000, 0);
    estimate.begin(0);
    estimate.learn('success', { serviceMs: 50, queueMs: 0 }, 50, 1);
    for (let n = 0; n < 10; n += 1) {
      estimate.learn('success', { serviceMs: 50, queueMs }, 50 + queueMs, ahead);
    }
    return estimate;
  }

  it('takes fifty to run at once, and half of them to be the pace', () => {
    const estimate = aNewcomer({ ahead: 1, queueMs: 0 });

    expect(estimate.waitMs(50, 100)).toBe(0);
    expect(estimate.waitMs(150, 100)).toBeCloseTo(100 / 0.5, 12);
  });

  it('believes those who had to wait that it is less', () => {
    const estimate = aNewcomer({ ahead: 8, queueMs: 50 });

    expect(estimate.waitMs(6.2, 100)).toBeCloseTo(0, 12);
    expect(estimate.waitMs(30, 100)).toBeCloseTo((30 - 6.2) / 0.08, 9);
  });

  it.each([
    ['that it is more', { ahead: 400, queueMs: 50 }],
    ['who waited next to nothing', { ahead: 3, queueMs: 10 }],
  ])('believes nobody %s', (_, told) => {
    expect(aNewcomer(told).waitMs(150, 100)).toBeCloseTo(100 / 0.5, 12);
  });

  it('believes them no longer when nobody has waited for two windows', () => {
    const estimate = aNewcomer({ ahead: 8, queueMs: 50 });
    estimate.advance(250, 0);
    estimate.advance(500, 0);

    expect(estimate.waitMs(50, 500)).toBe(0);
  });
});
