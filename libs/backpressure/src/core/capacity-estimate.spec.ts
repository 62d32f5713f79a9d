import { CapacityEstimate } from './capacity-estimate.js';

const WORK = { serviceMs: 50, unqueuedMs: 60 };

/** Lets windows of 200 ms pass, each with so many completions. */
function pass(
  estimate: CapacityEstimate,
  fromMs: number,
  windows: { completions: number; backlog: number; queueMs?: number }[],
): number {
  let nowMs = fromMs;
  for (const { completions, backlog, queueMs } of windows) {
    for (let n = 0; n < completions; n += 1) estimate.recordCompletion();
    if (queueMs !== undefined) estimate.recordQueue(queueMs);
    nowMs += 200;
    estimate.advance(nowMs, backlog, WORK);
  }
  return nowMs;
}

const same = <T>(count: number, window: T): T[] => Array.from({ length: count }, () => window);

function known(perWindow: number): { estimate: CapacityEstimate; nowMs: number } {
  const estimate = new CapacityEstimate(0);
  estimate.begin(0);
  const nowMs = pass(estimate, 0, [{ completions: perWindow, backlog: 0 }]);
  return { estimate, nowMs };
}

it('knows nothing before the first window has passed', () => {
  const estimate = new CapacityEstimate(0);
  estimate.begin(0);
  estimate.recordCompletion();

  expect(estimate.advance(199, 0, WORK)).toBe(0);
  expect(estimate.perMs).toBe(0);
});

it('takes the first rate as it is', () => {
  expect(known(100).estimate.perMs).toBeCloseTo(0.5);
});

it('begins the first window with the last request before the first answer', () => {
  const estimate = new CapacityEstimate(0);
  estimate.begin(1_000);
  for (let n = 0; n < 20; n += 1) estimate.recordCompletion();
  estimate.begin(1_100);
  estimate.advance(1_200, 0, WORK);

  expect(estimate.perMs).toBeCloseTo(0.1);
});

it('rises half of the way to a higher rate', () => {
  const { estimate, nowMs } = known(100);
  pass(estimate, nowMs, [{ completions: 200, backlog: 0 }]);

  expect(estimate.perMs).toBeCloseTo(0.75);
});

it('rises less by a rate that few completions tell', () => {
  const { estimate, nowMs } = known(1);
  pass(estimate, nowMs, [{ completions: 4, backlog: 0 }]);

  expect(estimate.perMs).toBeCloseTo(0.005 + 0.25 * (0.02 - 0.005));
});

it('keeps its estimate while there is merely nothing to do', () => {
  const { estimate, nowMs } = known(100);
  pass(estimate, nowMs, same(100, { completions: 1, backlog: 1 }));
  estimate.advance(nowMs + 3_600_000, 1, WORK);

  expect(estimate.perMs).toBeCloseTo(0.5);
});

it.each([
  ['more is in hand than runs at the known rate', { completions: 50, backlog: 33 }],
  ['work reports that it waited for a slot', { completions: 50, backlog: 1, queueMs: 10.1 }],
])('sinks by a fifth of the way when %s', (_, window) => {
  const { estimate, nowMs } = known(100);
  pass(estimate, nowMs, [window]);

  expect(estimate.perMs).toBeCloseTo(0.45);
});

it('sinks when work was dropped for lack of capacity', () => {
  const { estimate, nowMs } = known(100);
  estimate.recordDrop();
  pass(estimate, nowMs, [{ completions: 50, backlog: 1 }]);
  expect(estimate.perMs).toBeCloseTo(0.45);

  pass(estimate, nowMs + 200, [{ completions: 50, backlog: 1 }]);
  expect(estimate.perMs).toBeCloseTo(0.45);
});

it.each([
  ['no more is in hand than runs at the known rate', { completions: 50, backlog: 32 }],
  ['a wait for a slot was short', { completions: 50, backlog: 1, queueMs: 10 }],
])('does not sink when %s', (_, window) => {
  const { estimate, nowMs } = known(100);
  pass(estimate, nowMs, [window]);

  expect(estimate.perMs).toBeCloseTo(0.5);
});

it.each<[string, number[], number]>([
  ['sinks when requests were late at the door all window', [11, 800, 12], 0.45],
  ['does not sink by one pause at the door', [1, 800, 2], 0.5],
])('%s', (_, delays, expected) => {
  const { estimate, nowMs } = known(100);
  for (const delayMs of delays) estimate.recordDoor(delayMs);
  pass(estimate, nowMs, [{ completions: 50, backlog: 1 }]);
  expect(estimate.perMs).toBeCloseTo(expected);

  pass(estimate, nowMs + 200, [{ completions: 50, backlog: 1 }]);
  expect(estimate.perMs).toBeCloseTo(expected);
});

it('tells how many windows have passed', () => {
  const { estimate, nowMs } = known(100);

  expect(estimate.advance(nowMs + 2_050, 0, WORK)).toBe(10);
  expect(estimate.advance(nowMs + 2_060, 0, WORK)).toBe(0);
});

it('counts every window of a stall that nobody asked in', () => {
  const { estimate, nowMs } = known(100);
  estimate.advance(nowMs + 2_000, 40, WORK);

  expect(estimate.perMs).toBeCloseTo(0.5 * 0.8 ** 10);
});

it('keeps a trace of an estimate through the longest stall, and finds back within a second', () => {
  const { estimate, nowMs } = known(100);
  for (let n = 1; n <= 50; n += 1) estimate.advance(nowMs + n * 60_000, 40, WORK);
  expect(estimate.perMs).toBe(1e-6);

  pass(estimate, nowMs + 3_000_000, same(5, { completions: 100, backlog: 40 }));
  expect(estimate.perMs).toBeGreaterThan(0.48);
});

it('takes the rate of a slow service over several service times', () => {
  const slow = { serviceMs: 500, unqueuedMs: 600 };
  const estimate = new CapacityEstimate(0);
  estimate.begin(0);
  estimate.recordCompletion();
  expect(estimate.advance(1_999, 4, slow)).toBe(0);
  for (let n = 0; n < 3; n += 1) estimate.recordCompletion();
  expect(estimate.advance(2_000, 4, slow)).toBe(1);

  expect(estimate.perMs).toBeCloseTo(0.002);
});

it('closes a window early once enough was completed in it', () => {
  const slow = { serviceMs: 500, unqueuedMs: 600 };
  const estimate = new CapacityEstimate(0);
  estimate.begin(0);
  for (let n = 0; n < 8; n += 1) estimate.recordCompletion();

  expect(estimate.advance(200, 4, slow)).toBe(1);
  expect(estimate.perMs).toBeCloseTo(0.04);
});

it('waits for no window longer than five seconds', () => {
  const endless = { serviceMs: 1e6, unqueuedMs: 1e6 };
  const estimate = new CapacityEstimate(0);

  expect(estimate.advance(4_999, 1, endless)).toBe(0);
  expect(estimate.advance(5_000, 1, endless)).toBe(1);
});

it('is proven by work that waited through a whole window', () => {
  const { estimate, nowMs } = known(100);
  expect(estimate.isProven).toBe(false);

  pass(estimate, nowMs, same(2, { completions: 100, backlog: 32 }));
  expect(estimate.isProven).toBe(false);

  pass(estimate, nowMs + 400, same(2, { completions: 100, backlog: 33 }));
  expect(estimate.isProven).toBe(true);
});

it('is not proven by a backlog that was gone within the window', () => {
  const { estimate, nowMs } = known(100);
  pass(estimate, nowMs, [{ completions: 100, backlog: 500 }]);
  estimate.advance(nowMs + 250, 0, WORK);
  pass(estimate, nowMs + 200, [{ completions: 100, backlog: 500 }]);

  expect(estimate.isProven).toBe(false);
});
