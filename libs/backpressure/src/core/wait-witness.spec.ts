import { WaitWitness } from './wait-witness.js';

/** So many that began one after the other, so far apart. */
function tell(witness: WaitWitness, times: number, apartMs: number): void {
  for (let n = 0; n < times; n += 1) witness.record(1_000 + n * apartMs);
}

it('knows nothing from fewer than five', () => {
  const witness = new WaitWitness();
  tell(witness, 4, 2);

  expect(witness.perMs).toBeUndefined();
});

it('tells the rate at which those began who had to wait, in whatever order they ended', () => {
  const witness = new WaitWitness();
  for (const startedMs of [20, 0, 45, 5, 10, 15, 40, 25, 30, 35]) witness.record(startedMs);

  expect(witness.perMs).toBeCloseTo(9 / 45, 12);
});

it('tells of no limit when all began at once, as after a pause', () => {
  const witness = new WaitWitness();
  tell(witness, 5, 0);

  expect(witness.perMs).toBe(Infinity);
});

it('is believed for one window more, or until there is news', () => {
  const witness = new WaitWitness();
  tell(witness, 5, 2);
  witness.closeWindows(1);
  tell(witness, 4, 4);
  expect(witness.perMs).toBeCloseTo(0.5, 12);
  witness.record(1_016);
  expect(witness.perMs).toBeCloseTo(0.25, 12);

  witness.closeWindows(1);
  expect(witness.perMs).toBeCloseTo(0.25, 12);
  witness.closeWindows(1);
  expect(witness.perMs).toBeUndefined();
});

it('forgets everything in a pause', () => {
  const witness = new WaitWitness();
  tell(witness, 5, 2);
  witness.closeWindows(2);

  expect(witness.perMs).toBeUndefined();
});
