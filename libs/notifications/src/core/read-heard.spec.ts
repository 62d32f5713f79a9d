import fc from 'fast-check';
import { readHeard } from './read-heard.js';

it('reads which notification of which subject it is, and passes over the rest', () => {
  const value = { subject: 'work.do', epoch: 7, seq: 0, status: 'active', more: [1] };

  expect(readHeard(value)).toEqual({ ok: true, heard: { subject: 'work.do', epoch: 7, seq: 0 } });
});

it.each([
  [null, 'notification must be object (got null)'],
  ['text', 'notification must be object (got "text")'],
  [{ epoch: 1, seq: 1 }, 'subject must be string (got nothing)'],
  [{ subject: 'a', seq: 1 }, 'epoch must be integer from 0 (got nothing)'],
  [{ subject: 'a', epoch: -1, seq: 1 }, 'epoch must be integer from 0 (got -1)'],
  [{ subject: 'a', epoch: 2 ** 53, seq: 1 }, 'epoch must be integer from 0 (got 9007199254740992)'],
  [{ subject: 'a', epoch: 1, seq: '1' }, 'seq must be integer from 0 (got "1")'],
  [
    { subject: 'a', epoch: 1, seq: 'x'.repeat(90) },
    `seq must be integer from 0 (got "${'x'.repeat(63)})`,
  ],
])('refuses %j and says why', (value, problem) => {
  expect(readHeard(value)).toEqual({ ok: false, problem });
});

it('throws at nothing', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => typeof readHeard(value).ok === 'boolean'));
});
