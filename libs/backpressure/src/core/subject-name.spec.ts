import fc from 'fast-check';
import { isSubjectName } from './subject-name.js';

it.each`
  value                | isOne    | because
  ${'a'}               | ${true}  | ${'one byte will do'}
  ${'a'.repeat(1_023)} | ${true}  | ${'that is the longest'}
  ${'a'.repeat(1_024)} | ${false} | ${'that is one byte too many'}
  ${'é'.repeat(511)}   | ${true}  | ${'1022 bytes fit'}
  ${'é'.repeat(512)}   | ${false} | ${'1024 bytes do not'}
  ${'€'.repeat(341)}   | ${true}  | ${'1023 bytes of threes fit'}
  ${'€'.repeat(342)}   | ${false} | ${'1026 bytes of threes do not'}
  ${'😀'.repeat(255)}  | ${true}  | ${'1020 bytes of fours fit'}
  ${'😀'.repeat(256)}  | ${false} | ${'1024 bytes of fours do not'}
  ${''}                | ${false} | ${'nothing is no subject'}
  ${7}                 | ${false} | ${'a number is none'}
  ${undefined}         | ${false} | ${'what is absent is none'}
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
