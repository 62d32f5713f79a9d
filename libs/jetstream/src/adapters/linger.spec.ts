import { Linger } from './linger.js';

const soon = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function aLinger(lingerMs: number) {
  const linger = new Linger(lingerMs);
  const done: number[] = [];
  const act = (areMany: boolean, n: number): void => linger.act(areMany, () => done.push(n));
  return { act, done };
}

it('does it at once while there are few', () => {
  const { act, done } = aLinger(5);

  act(false, 1);

  expect(done).toEqual([1]);
});

it('does many together, in their order', async () => {
  const { act, done } = aLinger(5);
  for (const n of [1, 2, 3]) act(true, n);
  const atOnce = [...done];

  await soon(30);

  expect(atOnce).toEqual([]);
  expect(done).toEqual([1, 2, 3]);
});

it('lets nothing overtake what waits', async () => {
  const { act, done } = aLinger(5);
  act(true, 1);
  act(false, 2);

  await soon(30);

  expect(done).toEqual([1, 2]);
});

it('never waits when it shall not linger', () => {
  const { act, done } = aLinger(0);

  act(true, 1);

  expect(done).toEqual([1]);
});
