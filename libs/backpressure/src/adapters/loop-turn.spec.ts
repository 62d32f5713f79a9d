import { setImmediate as nextTurn } from 'node:timers/promises';
import { LoopTurn } from './loop-turn.js';

it('counts from the first question of a turn', () => {
  const turn = new LoopTurn();

  expect([turn.ageMs(1_000), turn.ageMs(1_004), turn.ageMs(1_250)]).toEqual([0, 4, 250]);
});

it('begins anew when the event loop has gone on', async () => {
  const turn = new LoopTurn();
  turn.ageMs(1_000);
  await nextTurn();

  expect(turn.ageMs(2_000)).toBe(0);
});

it('does not begin anew with what is done between two turns', async () => {
  const turn = new LoopTurn();
  turn.ageMs(1_000);
  await Promise.resolve();

  expect(turn.ageMs(1_050)).toBe(50);
});
