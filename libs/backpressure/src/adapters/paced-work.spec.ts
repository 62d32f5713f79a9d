import { FakeClock } from '@beamline/testing';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LoopTurn } from './loop-turn.js';
import { PacedWork } from './paced-work.js';

let clock: FakeClock;
let pace: PacedWork;
let done: number[];

beforeEach(() => {
  clock = new FakeClock(0);
  pace = new PacedWork(new LoopTurn(clock), clock);
  done = [];
});

/** Work that takes a time of the processor. */
const working = (number: number, ms: number) => (): number => {
  clock.advance(ms);
  done.push(number);
  return number;
};

/** What comes of work when a turn is so old: at once, or a promise. */
const run = <T>(work: () => T | Promise<T>): T | Promise<T> => pace.run(clock.nowMs(), work);

const promised = async <T>(work: () => T | Promise<T>): Promise<T> => run(work);

/** The turn has been taken up by something else. */
function growOld(): void {
  void run(() => undefined);
  clock.advance(5);
}

it('does work at once while a turn is young, and not when it is old', async () => {
  const results = [run(() => 1)];
  clock.advance(4.9);
  results.push(run(() => 2));
  clock.advance(0.1);
  results.push(run(() => 3));
  await nextTurn();
  results.push(run(() => 4));

  expect(results).toEqual([1, 2, expect.any(Promise), 4]);
  expect(await results[2]).toBe(3);
});

it('tells work when it began', async () => {
  clock.advance(100);
  const atOnce = pace.run(clock.nowMs(), (begunMs) => begunMs);
  clock.advance(7);
  const later = pace.run(clock.nowMs(), (begunMs) => begunMs);
  clock.advance(20);

  expect([atOnce, await later]).toEqual([100, 127]);
});

it('lets nobody overtake those who wait', async () => {
  growOld();
  const first = promised(working(1, 1));
  const second = promised(working(2, 1));
  await Promise.all([first, second]);

  expect(done).toEqual([1, 2]);
  expect(run(() => 3)).toBe(3);
});

it('does what waits in its order, some milliseconds of it in each turn', async () => {
  growOld();
  const all = Array.from({ length: 7 }, (_, number) => promised(working(number, 2)));
  const afterTurns: number[] = [];
  while (done.length < all.length) {
    await nextTurn();
    afterTurns.push(done.length);
  }

  expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(afterTurns).toEqual([3, 6, 7]);
});

it('does one of them in each turn, however long it takes', async () => {
  growOld();
  const all = [1, 2, 3].map((number) => promised(working(number, 50)));
  await nextTurn();

  expect(done).toEqual([1]);
  expect(await Promise.all(all)).toEqual([1, 2, 3]);
});

it('takes more while it works through what waits', async () => {
  const all: Promise<number>[] = [];
  for (let number = 0; number < 1_000; number += 1) {
    all.push(promised(working(number, 1)));
    if (number % 3 === 0) await nextTurn();
  }

  expect(await Promise.all(all)).toEqual(Array.from({ length: 1_000 }, (_, number) => number));
});

it('hands errors to whoever asked, and goes on', async () => {
  growOld();
  const broken = promised(() => {
    throw new Error('no decision');
  });
  const next = promised(working(2, 1));

  await expect(broken).rejects.toThrow('no decision');
  expect(await next).toBe(2);
});

it('waits for work that itself waits for something', async () => {
  growOld();
  const slow = promised(() => nextTurn('stored'));

  expect(await slow).toBe('stored');
});

it('tells how long the next to begin has waited', async () => {
  growOld();
  expect(pace.waitMs()).toBe(0);
  const first = promised(working(1, 5));
  clock.advance(20);
  const second = promised(working(2, 5));
  clock.advance(10);
  expect(pace.waitMs()).toBe(30);

  await first;
  expect(pace.waitMs()).toBe(15);
  await second;
  expect(pace.waitMs()).toBe(0);
});

it('runs what waited in the async context of its caller', async () => {
  const caller = new AsyncLocalStorage<string>();
  growOld();
  const seen = ['ada', 'bob'].map((name) =>
    caller.run(name, () => promised(() => caller.getStore())),
  );

  expect(await Promise.all(seen)).toEqual(['ada', 'bob']);
});

describe('work that goes on by itself', () => {
  /** Takes a time of the processor after some steps. */
  const stepping = (number: number, ms: number) => (): void => {
    void Promise.resolve()
      .then(() => undefined)
      .then(() => undefined)
      .then(working(number, ms));
  };

  it('begins at once while a turn is young', () => {
    let isBegun = false;
    pace.begin(() => {
      isBegun = true;
    });

    expect(isBegun).toBe(true);
  });

  it('begins one after the other, each when the steps of the one before are done, some milliseconds in each turn', async () => {
    for (let number = 0; number < 7; number += 1) pace.begin(stepping(number, 2));
    const afterTurns: number[] = [];
    while (done.length < 7) {
      await nextTurn();
      afterTurns.push(done.length);
    }

    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(afterTurns).toEqual([3, 6, 7]);
  });

  it('begins in a later turn when this one is old', async () => {
    growOld();
    let isBegun = false;
    pace.begin(() => {
      isBegun = true;
    });

    expect(isBegun).toBe(false);
    await nextTurn();
    expect(isBegun).toBe(true);
  });

  it('keeps the async context of each caller', async () => {
    const caller = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    for (const name of ['ada', 'bob', 'eve']) {
      caller.run(name, () => pace.begin(() => void seen.push(caller.getStore())));
    }
    await nextTurn();

    expect(seen).toEqual(['ada', 'bob', 'eve']);
  });

  it('waits behind work that waits already', async () => {
    growOld();
    const first = promised(working(1, 1));
    pace.begin(() => void done.push(2));
    await first;
    await nextTurn();

    expect(done).toEqual([1, 2]);
  });
});
