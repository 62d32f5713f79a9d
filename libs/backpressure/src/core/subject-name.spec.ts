import fc from 'fast-check';
import { isSubjectName } from './subject-name.js';

it.each([
  ['a', true, 'one byte'],
  ['a'.repeat(1_023), true, 'the longest'],
  ['a'.repeat(1_024), false, 'one byte too many'],
  ['é'.repeat(511), true, '1022 bytes'],
  ['é'.repeat(512), false, '1024 bytes'],
  ['€'.repeat(341), true, '1023 bytes'],
  ['€'.repeat(342), false, '1026 bytes'],
  ['😀'.repeat(255), true, '1020 bytes'],
  ['😀'.repeat(256), false, '1024 bytes'],
  ['', false, 'nothing'],
  [7, false, 'a number'],
  [undefined, false, 'absent'],
])('%.5s… is a subject: %s (%3$s)', (value, expected) => {
  expect(isSubjectName(value)).toBe(expected);
});

it('counts bytes as UTF-8 does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 600 }), (text) => {
      expect(isSubjectName(text)).toBe(Buffer.byteLength(text) <= 1_023);
    }),
  );
});
