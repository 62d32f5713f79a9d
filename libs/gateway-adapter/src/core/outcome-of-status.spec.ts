import { outcomeOfGrpcStatus, outcomeOfStatus } from './outcome-of-status.js';

it.each`
  status | retryAfter    | outcome       | because
  ${200} | ${undefined}  | ${'accepted'} | ${'it was served'}
  ${429} | ${'0'}        | ${'refused'}  | ${'429 is a refusal whatever it says'}
  ${503} | ${5}          | ${'refused'}  | ${'503 with a wait is a refusal'}
  ${503} | ${'-5'}       | ${'failed'}   | ${'503 without a wait says that nobody was there'}
  ${503} | ${'0'}        | ${'failed'}   | ${'no time is no wait'}
  ${503} | ${'999999'}   | ${'failed'}   | ${'what is no wait is not read'}
  ${503} | ${['1', '2']} | ${'failed'}   | ${'two waits are none'}
  ${502} | ${undefined}  | ${'failed'}   | ${'nobody was there'}
  ${501} | ${undefined}  | ${'accepted'} | ${'not served at all is not overload'}
  ${505} | ${undefined}  | ${'accepted'} | ${'it says nothing about load'}
`('$status, Retry-After $retryAfter: $outcome, for $because', (row) => {
  const { status, retryAfter, outcome } = row;

  expect(outcomeOfStatus(status, retryAfter)).toBe(outcome);
});

it('learns nothing from a caller who hardly waited', () => {
  expect([99, 100, undefined].map((ms) => outcomeOfStatus(504, undefined, ms))).toEqual([
    'ignored',
    'failed',
    'failed',
  ]);
  expect([99, 100].map((ms) => outcomeOfGrpcStatus(4, ms))).toEqual(['ignored', 'failed']);
});

it.each([
  [0, 'accepted'],
  [4, 'failed'],
  [5, 'accepted'],
  [8, 'refused'],
  [14, 'failed'],
  ['8', 'accepted'],
  [undefined, 'accepted'],
])('takes gRPC status %s as %s', (code, outcome) => {
  expect(outcomeOfGrpcStatus(code)).toBe(outcome);
});
