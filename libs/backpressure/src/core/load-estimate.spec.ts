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
    estimate.learn('success', work, 5 + (waited ?? 0));
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
