import { RetryBudget } from './retry-budget.js';
import { isInSlot } from './retry-slot.js';

/** Sends as many first attempts, and as many retries as the budget allows. */
function send(budget: RetryBudget, firsts: number, nowMs: number): number {
  for (let n = 0; n < firsts; n += 1) budget.note(false, nowMs);
  let retries = 0;
  while (budget.left(nowMs) > 0) {
    budget.note(true, nowMs);
    retries += 1;
  }
  return retries;
}

it.each([
  [0, 3],
  [29, 3],
  [30, 3],
  [49, 4],
  [1_000, 100],
])('allows beside %d requests %d retries', (firsts, retries) => {
  expect(send(new RetryBudget(), firsts, 0)).toBe(retries);
});

it('allows what is set', () => {
  expect(send(new RetryBudget({ retryShare: 0.5, minRetries: 1 }), 10, 0)).toBe(5);
  expect(send(new RetryBudget({ retryShare: 0, minRetries: 0 }), 10, 0)).toBe(0);
});

it('counts over ten seconds', () => {
  const budget = new RetryBudget();
  send(budget, 0, 0);

  expect(budget.left(9_999)).toBe(0);
  expect(budget.left(10_000)).toBe(3);
});

describe('a retry that the router asked for', () => {
  it.each([
    [989, false],
    [990, true],
    [1_000, true],
    [2_000, true],
    [2_001, false],
  ])('for 1000 and that comes at %d is in its slot: %p', (nowMs, expected) => {
    expect(isInSlot(1_000, nowMs)).toBe(expected);
  });

  it('is in no slot when the router named no time', () => {
    expect(isInSlot(undefined, 1_000)).toBe(false);
  });
});
