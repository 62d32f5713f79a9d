import fc from 'fast-check';

import { brokenJsonLimit } from './json-limits.js';

const roomy = 1_000_000;

it('agrees with the parsed value about depth', () => {
  fc.assert(
    fc.property(someJson(), fc.nat(6), (text, maxDepth) => {
      const tooDeep = depthOf(JSON.parse(text)) > maxDepth;
      expect(brokenJsonLimit(text, { maxDepth, maxKeys: roomy })).toBe(
        tooDeep ? 'depth' : undefined,
      );
    }),
  );
});

it('agrees with the parsed value about the number of keys', () => {
  fc.assert(
    fc.property(someJson(), fc.nat(8), (text, maxKeys) => {
      const tooMany = keysOf(JSON.parse(text)) > maxKeys;
      expect(brokenJsonLimit(text, { maxDepth: roomy, maxKeys })).toBe(
        tooMany ? 'keys' : undefined,
      );
    }),
  );
});

it('gives some answer for any text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', 'a') }),
      (text) => {
        expect([undefined, 'depth', 'keys']).toContain(
          brokenJsonLimit(text, { maxDepth: 3, maxKeys: 3 }),
        );
      },
    ),
  );
});

it('sees through a bomb of a million brackets', () => {
  expect(brokenJsonLimit('['.repeat(1_000_000), { maxDepth: 64, maxKeys: roomy })).toBe('depth');
});

it('counts the shortest keys there are', () => {
  const dense = `{${Array.from({ length: 1000 }, () => '"":0').join(',')}}`;

  expect(brokenJsonLimit(dense, { maxDepth: 64, maxKeys: 999 })).toBe('keys');
  expect(brokenJsonLimit(dense, { maxDepth: 64, maxKeys: 1000 })).toBeUndefined();
});

it('does not count brackets in strings, behind escapes either', () => {
  const text = JSON.stringify({ text: `"\\"${'[{'.repeat(100)}`, list: '\\' });

  expect(brokenJsonLimit(text, { maxDepth: 1, maxKeys: 2 })).toBeUndefined();
});

/** JSON whose strings are full of what has a meaning outside of strings; some of it indented. */
function someJson(): fc.Arbitrary<string> {
  const text = fc.string({
    unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '\u2028', 'ü'),
  });
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(text, tie('tree'), { maxKeys: 3 }),
    ),
  }));
  return fc.tuple(tree, fc.nat(2)).map(([value, indent]) => JSON.stringify(value, null, indent));
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function keysOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, item) => sum + keysOf(item), own);
}
