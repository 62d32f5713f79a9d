import { outcomeOfGrpcStatus, outcomeOfStatus } from './outcome-of-status.js';

it.each`
  status | retryAfter                         | outcome       | waitMs        | because
  ${200} | ${undefined}                       | ${'accepted'} | ${0}          | ${'it was served'}
  ${429} | ${'0'}                             | ${'refused'}  | ${0}          | ${'429 is a refusal whatever it says'}
  ${429} | ${'Sat, 21 Nov 2026 00:00:00 GMT'} | ${'refused'}  | ${0}          | ${'dates are not read'}
  ${429} | ${'99999'}                         | ${'refused'}  | ${86_400_000} | ${'nobody waits longer than a day'}
  ${429} | ${'999999'}                        | ${'refused'}  | ${0}          | ${'what is no wait is not read'}
  ${429} | ${['1', '2']}                      | ${'refused'}  | ${0}          | ${'two waits are none'}
  ${503} | ${5}                               | ${'refused'}  | ${5000}       | ${'503 with a wait is a refusal'}
  ${503} | ${'-5'}                            | ${'failed'}   | ${0}          | ${'503 without a wait says that nobody was there'}
  ${502} | ${undefined}                       | ${'failed'}   | ${0}          | ${'nobody was there'}
  ${501} | ${undefined}                       | ${'accepted'} | ${0}          | ${'not served at all is not overload'}
  ${505} | ${undefined}                       | ${'accepted'} | ${0}          | ${'it says nothing about load'}
`('$status, Retry-After $retryAfter: $outcome, for $because', (row) => {
  const { status, retryAfter, outcome, waitMs } = row;

  expect(outcomeOfStatus(status, retryAfter)).toEqual({ outcome, retryAfterMs: waitMs });
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
