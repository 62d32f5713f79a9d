import fc from 'fast-check';
import { isSubjectName } from './subject-name.js';

it.each`
  value                      | isOne    | because
  ${'a'}                     | ${true}  | ${'one byte will do'}
  ${'a'.repeat(1_023)}       | ${true}  | ${'that is the longest'}
  ${'a'.repeat(1_024)}       | ${false} | ${'that is one byte too many'}
  ${'é'.repeat(511)}         | ${true}  | ${'1022 bytes fit'}
  ${'é'.repeat(512)}         | ${false} | ${'1024 bytes do not'}
  ${'€'.repeat(341)}         | ${true}  | ${'1023 bytes of threes fit'}
  ${'€'.repeat(342)}         | ${false} | ${'1026 bytes of threes do not'}
  ${'😀'.repeat(255)}        | ${true}  | ${'1020 bytes of fours fit'}
  ${'😀'.repeat(256)}        | ${false} | ${'1024 bytes of fours do not'}
  ${mixed('a', 1_021)}       | ${true}  | ${'two bytes and 1021 letters fit'}
  ${mixed('a', 1_022)}       | ${false} | ${'two bytes and 1022 letters do not'}
  ${mixed('\u{80}', 510)}    | ${true}  | ${'U+0080 has two bytes'}
  ${mixed('\u{7ff}', 511)}   | ${false} | ${'U+07FF has two bytes'}
  ${mixed('\u{800}', 341)}   | ${false} | ${'U+0800 has three bytes'}
  ${mixed('\u{ffff}', 340)}  | ${true}  | ${'U+FFFF has three bytes'}
  ${mixed('\u{10000}', 255)} | ${true}  | ${'U+10000 has four bytes'}
  ${''}                      | ${false} | ${'nothing is no subject'}
  ${7}                       | ${false} | ${'a number is none'}
  ${undefined}               | ${false} | ${'what is absent is none'}
`('$because', ({ value, isOne }) => {
  expect(isSubjectName(value)).toBe(isOne);
});

it('counts bytes as UTF-8 does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 600 }), (text) => {
      expect(isSubjectName(text)).toBe(Buffer.byteLength(text) <= 1_023);
    }),
  );
});

/** A letter of two bytes, and others behind it. */
function mixed(character: string, count: number): string {
  return `é${character.repeat(count)}`;
}
