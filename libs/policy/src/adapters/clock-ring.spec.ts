import fc from 'fast-check';
import { ClockRing } from './clock-ring.js';

it('never lets more items stay than its capacity', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), anyUse(), (capacity, uses) => {
      const { held, use } = aCache(capacity);

      uses.forEach(use);

      expect(held.size).toBeLessThanOrEqual(capacity);
    }),
  );
});

it('always takes the newcomer in', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), anyUse(), (capacity, uses) => {
      const { held, use } = aCache(capacity);

      for (const key of uses) {
        use(key);
        expect(held.has(key)).toBe(true);
      }
    }),
  );
});

it('lets nobody go while there is room', () => {
  const { held, use } = aCache(3);

  ['a', 'b', 'c', 'a'].forEach(use);

  expect([...held.keys()]).toEqual(['a', 'b', 'c']);
});

it('spares what was used since the hand last passed', () => {
  const { held, use } = aCache(3);

  ['a', 'b', 'c', 'a', 'd'].forEach(use);

  expect([...held.keys()]).toEqual(['a', 'c', 'd']);
});

it('uses the place of an item that left by itself before it lets another go', () => {
  const { held, use } = aCache(2);
  ['a', 'b', 'a', 'b'].forEach(use);

  held.delete('b');
  use('c');

  expect([...held.keys()]).toEqual(['a', 'c']);
});

function aCache(capacity: number) {
  const held = new Map<string, { key: string; used: boolean }>();
  const ring = new ClockRing<{ key: string; used: boolean }>(
    capacity,
    (item) => held.get(item.key) === item,
  );
  const use = (key: string): void => {
    const known = held.get(key);
    if (known !== undefined) {
      known.used = true;
      return;
    }
    const item = { key, used: false };
    const evicted = ring.add(item);
    if (evicted !== undefined) held.delete(evicted.key);
    held.set(key, item);
  };
  return { held, use };
}

function anyUse() {
  return fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'));
}
