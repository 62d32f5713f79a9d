import { WaitWitness } from './wait-witness.js';

/** So many that found 30 in hand, with themselves, and were done 75 ms later. */
function tell(witness: WaitWitness, times: number, ahead = 30): void {
  for (let n = 0; n < times; n += 1) witness.record(ahead, 75);
}

it('knows nothing from fewer than ten', () => {
  const witness = new WaitWitness();
  tell(witness, 9);

  expect(witness.perMs).toBeUndefined();
});

it('tells the rate by which those ahead went away', () => {
  const witness = new WaitWitness();
  tell(witness, 5, 20);
  tell(witness, 5, 40);

  expect(witness.perMs).toBeCloseTo(0.4, 12);
});

it('is believed for one window more, or until there is news', () => {
  const witness = new WaitWitness();
  tell(witness, 10);
  witness.closeWindow();
  tell(witness, 9, 60);
  expect(witness.perMs).toBeCloseTo(0.4, 12);
  tell(witness, 1, 60);
  expect(witness.perMs).toBeCloseTo(0.8, 12);

  witness.closeWindow();
  expect(witness.perMs).toBeCloseTo(0.8, 12);
  witness.closeWindow();
  expect(witness.perMs).toBeUndefined();
});

it('forgets those of a window in which they were too few', () => {
  const witness = new WaitWitness();
  tell(witness, 9);
  witness.closeWindow();
  expect(witness.perMs).toBeUndefined();
  tell(witness, 9);

  expect(witness.perMs).toBeUndefined();
});

it.each([0, -1, NaN])('takes no time of %d ms', (sojournMs) => {
  const witness = new WaitWitness();
  for (let n = 0; n < 20; n += 1) witness.record(10, sojournMs);

  expect(witness.perMs).toBeUndefined();
});
