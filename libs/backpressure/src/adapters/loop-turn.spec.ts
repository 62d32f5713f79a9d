import { FakeClock } from '@beamline/testing';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LoopTurn } from './loop-turn.js';

const clock = new FakeClock();
let sleptMs = 0;
const aTurn = () => new LoopTurn(clock, () => sleptMs);

/** The loop does other things for a while, or sleeps, and then comes round. */
async function comeRound({ sleepingMs = 0 } = {}) {
  await nextTurn();
  clock.advance(sleepingMs);
  sleptMs += sleepingMs;
}

it('counts from the first question of a turn', () => {
  const turn = aTurn();

  expect(turn.ageMs()).toBe(0);
  clock.advance(4);
  expect([turn.ageMs(), turn.waitMs()]).toEqual([4, 4]);
});

it('begins anew when the event loop has gone on', async () => {
  const turn = aTurn();
  turn.ageMs();
  clock.advance(50);
  await comeRound();

  expect(turn.ageMs()).toBe(0);
});

it('does not begin anew with what is done between two turns', async () => {
  const turn = aTurn();
  turn.ageMs();
  clock.advance(50);
  await Promise.resolve();

  expect(turn.ageMs()).toBe(50);
});

it('has what a turn finds wait for the turn before, and then for its own', async () => {
  const turn = aTurn();
  turn.waitMs();
  clock.advance(50);
  await comeRound();

  expect(turn.waitMs()).toBe(50);
  clock.advance(30);
  expect(turn.waitMs()).toBe(50);
  clock.advance(30);
  expect(turn.waitMs()).toBe(60);
});

it('has nobody wait for a turn after which the event loop slept', async () => {
  const turn = aTurn();
  turn.waitMs();
  clock.advance(50);
  await comeRound({ sleepingMs: 1 });

  expect(turn.waitMs()).toBe(0);
});

it('takes no wait over to the turn after the next', async () => {
  const turn = aTurn();
  turn.waitMs();
  clock.advance(50);
  await comeRound();
  turn.waitMs();
  await comeRound();

  expect(turn.waitMs()).toBe(0);
});

it('knows by itself whether the event loop slept', async () => {
  const turn = new LoopTurn();
  turn.waitMs();
  hold(30);
  await nextTurn();
  expect(turn.waitMs()).toBeGreaterThanOrEqual(30);

  hold(30);
  await new Promise((resolve) => void setTimeout(resolve, 100));
  expect(turn.waitMs()).toBeLessThan(20);
});

function hold(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}
