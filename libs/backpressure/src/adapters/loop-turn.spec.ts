import { FakeClock } from '@beamline/testing';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LoopTurn } from './loop-turn.js';

const clock = new FakeClock();
const aTurn = () => new LoopTurn(clock);

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
  await nextTurn();

  expect(turn.ageMs()).toBe(0);
});

it('does not begin anew with what is done between two turns', async () => {
  const turn = aTurn();
  turn.ageMs();
  clock.advance(50);
  await Promise.resolve();

  expect(turn.ageMs()).toBe(50);
});

it('has what a turn finds wait for half of the turn before, and then for its own', async () => {
  const turn = aTurn();
  turn.waitMs();
  clock.advance(50);
  await nextTurn();

  expect(turn.waitMs()).toBe(25);
  clock.advance(20);
  expect(turn.waitMs()).toBe(25);
  clock.advance(20);
  expect(turn.waitMs()).toBe(40);
});

it('has nobody wait for a turn after which nothing was waiting', async () => {
  const turn = aTurn();
  turn.waitMs();
  clock.advance(50);
  await nextTurn();
  await nextTurn();

  expect(turn.waitMs()).toBe(0);
});

it('takes no wait over to the turn after the next', async () => {
  const turn = aTurn();
  turn.waitMs();
  clock.advance(50);
  await nextTurn();
  turn.waitMs();
  await nextTurn();

  expect(turn.waitMs()).toBe(0);
});
