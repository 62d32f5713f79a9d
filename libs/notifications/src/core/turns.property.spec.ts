import fc from 'fast-check';
import { Turns } from './turns.js';

describe('Turns', () => {
  it('are never more at once than there may be, nor more than half of them with those that failed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), aHistory(), (max, history) => {
        const turns = new Turns<number>(max);
        const taken = new Set<number>();
        let isWithin = true;
        for (const { who, ends } of history) {
          if (ends) {
            turns.done(who);
            taken.delete(who);
          } else turns.ask(who, fails(who));
          for (let next = turns.next(); next !== undefined; next = turns.next()) {
            isWithin &&= !taken.has(next);
            taken.add(next);
          }
          const failing = [...taken].filter(fails).length;
          isWithin &&= taken.size <= max && failing <= Math.floor(max / 2);
        }
        return isWithin;
      }),
    );
  });

  it('come to everybody who asked, once others give theirs back', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), (wishes) => {
        const turns = new Turns<number>(3);
        for (const [who, isFailing] of wishes.entries()) turns.ask(who, isFailing);
        const served: number[] = [];
        for (let next = turns.next(); next !== undefined; next = turns.next()) {
          served.push(next);
          turns.done(next);
        }

        expect(served.toSorted((a, b) => a - b)).toEqual([...wishes.keys()]);
      }),
    );
  });

  it('leave half of the places to those that do not fail, however many do', () => {
    const turns = new Turns<string>(4);
    for (const who of ['f1', 'f2', 'f3', 'f4', 'f5']) turns.ask(who, true);

    expect(all(turns)).toEqual(['f1', 'f2']);

    turns.ask('a', false);
    turns.ask('b', false);

    expect(all(turns)).toEqual(['a', 'b']);
  });

  it('come to one of those that failed, however many do not', () => {
    const turns = new Turns<string>(2);
    for (const who of ['a', 'b', 'c']) turns.ask(who, false);
    turns.ask('f', true);

    expect(all(turns)).toEqual(['f', 'a']);
  });

  it('go to those that do not fail first, once one that fails has its place', () => {
    const turns = new Turns<string>(4);
    for (const who of ['f1', 'f2']) turns.ask(who, true);
    for (const who of ['a', 'b', 'c']) turns.ask(who, false);

    expect(all(turns)).toEqual(['f1', 'a', 'b', 'c']);

    turns.done('a');

    expect(all(turns)).toEqual(['f2']);
  });

  it('are asked for once, whether one fails or not', () => {
    const turns = new Turns<string>(4);
    turns.ask('a', false);
    turns.ask('a', true);
    turns.ask('f', true);
    turns.ask('f', false);

    expect(all(turns)).toEqual(['f', 'a']);
    turns.done('a');
    turns.done('f');
    expect(all(turns)).toEqual([]);
  });

  it('come in the order in which they were asked for, and once for each time', () => {
    const turns = new Turns<string>(8);
    for (const who of ['a', 'b', 'a']) turns.ask(who, false);

    expect(all(turns)).toEqual(['a', 'b']);

    turns.ask('a', false);

    expect(all(turns)).toEqual([]);
  });

  it('are not given to those that went away', () => {
    const turns = new Turns<string>(2);
    turns.ask('a', false);
    turns.done('a');

    expect(all(turns)).toEqual([]);
  });
});

function all(turns: Turns<string>): readonly string[] {
  const given: string[] = [];
  for (let next = turns.next(); next !== undefined; next = turns.next()) given.push(next);
  return given;
}

function fails(who: number): boolean {
  return who % 2 === 1;
}

function aHistory() {
  return fc.array(fc.record({ who: fc.nat({ max: 20 }), ends: fc.boolean() }), { maxLength: 120 });
}
