import { rankOf } from './request-class.js';
import { EXACT, ROUGH, WaitBudget } from './wait-budget.js';

const DEFAULT = rankOf('default', false);
const CRITICAL = rankOf('critical', false);
const SHEDDABLE = rankOf('sheddable', false);

/** With an objective of a second and work of 50 ms at most: 700 ms for bursts, 80 ms standing. */
function aBudget(): WaitBudget {
  const budget = new WaitBudget(0);
  budget.setObjective(1_000, 50, EXACT);
  return budget;
}

it('lets a burst wait for most of the objective', () => {
  expect(aBudget().freeWaitMs(DEFAULT, 0)).toBeCloseTo(0.85 * 700);
  expect(aBudget().freeWaitMs(DEFAULT, 1_000)).toBeCloseTo(0.85 * 700);
});

it('lets a queue that stands for two seconds wait for little', () => {
  expect(aBudget().freeWaitMs(DEFAULT, 2_000)).toBeCloseTo(40);
  expect(aBudget().freeWaitMs(DEFAULT, 60_000)).toBeCloseTo(40);
});

it('goes from the one to the other within a second', () => {
  expect(aBudget().freeWaitMs(DEFAULT, 1_500)).toBeCloseTo((0.85 * 700 + 40) / 2);
});

it.each([rankOf('critical', true), CRITICAL])(
  'gives rank %i three seconds for it: what came before has to be served first',
  (rank) => {
    const budget = aBudget();
    const burstMs = budget.freeWaitMs(rank, 1_000);
    const standingMs = budget.freeWaitMs(rank, 60_000);

    expect(budget.freeWaitMs(rank, 2_500)).toBeCloseTo((burstMs + standingMs) / 2);
    expect(budget.freeWaitMs(rank, 4_000)).toBeCloseTo(standingMs);
  },
);

it('takes what comes after an empty queue for a burst', () => {
  const budget = aBudget();
  expect(budget.observe(9.9, 60_000)).toBe(false);
  expect(budget.freeWaitMs(DEFAULT, 61_000)).toBeCloseTo(0.85 * 700);

  expect(budget.observe(10, 62_000)).toBe(true);
  expect(budget.freeWaitMs(DEFAULT, 62_000)).toBeCloseTo(40);
});

it('leaves room for the work itself', () => {
  const budget = new WaitBudget(0);
  budget.setObjective(1_000, 400, EXACT);
  expect(budget.freeWaitMs(DEFAULT, 0)).toBeCloseTo(0.85 * 550);
});

it('never gives a burst less than what may stand', () => {
  const budget = new WaitBudget(0);
  budget.setObjective(1_000, 5_000, EXACT);
  expect(budget.freeWaitMs(DEFAULT, 0)).toBeCloseTo(0.85 * 80);
});

it('is more generous where waits are known roughly', () => {
  const budget = new WaitBudget(0);
  budget.setObjective(1_000, 50, ROUGH);

  expect(budget.freeWaitMs(DEFAULT, 60_000)).toBeCloseTo(100);
  expect(budget.longestStandingMs(DEFAULT)).toBeCloseTo(200);
  expect(budget.observe(49, 60_000)).toBe(false);
  expect(budget.observe(50, 60_000)).toBe(true);
});

it('sheds with rising probability between the edges of a band', () => {
  const probability = (waitMs: number): number => aBudget().shedProbability(waitMs, DEFAULT, 9_000);

  expect(probability(40)).toBe(0);
  expect(probability(60)).toBeCloseTo(0.5);
  expect(probability(80)).toBe(1);
  expect(probability(Infinity)).toBe(1);
});

it.each([
  [SHEDDABLE, 30],
  [rankOf('default', true), 30],
  [rankOf('sheddable', true), 14],
  [DEFAULT, 60],
  [rankOf('critical', true), 86],
  [CRITICAL, 106],
])('sheds half of rank %i at %i ms of standing wait', (rank, waitMs) => {
  expect(aBudget().shedProbability(waitMs, rank, 9_000)).toBeCloseTo(0.5);
});

it.each([0, 1_300, 1_700, 2_500, 9_000])(
  'nests the bands at %i ms since the queue was empty',
  (nowMs) => {
    const budget = aBudget();
    const ranks = [SHEDDABLE, DEFAULT, rankOf('critical', true), CRITICAL];
    for (const [n, rank] of ranks.slice(1).entries()) {
      const below = ranks[n] ?? SHEDDABLE;
      const freeMs = budget.freeWaitMs(rank, nowMs);
      expect(budget.shedProbability(freeMs + 1e-9, below, nowMs)).toBe(1);
    }
  },
);
