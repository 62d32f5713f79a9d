import fc from 'fast-check';
import { answerResult, isWorthRetrying, pauseMs, readRetryAfterMs } from './delivery-plan.js';

const pace = { maxAttempts: 5, basePauseMs: 100, maxPauseMs: 10_000 };

describe('An answer', () => {
  it.each`
    status | attempt | kind          | isRetryable  | failure          | because
    ${200} | ${1}    | ${'accepted'} | ${undefined} | ${undefined}     | ${'2xx is yes'}
    ${204} | ${1}    | ${'accepted'} | ${undefined} | ${undefined}     | ${'2xx is yes'}
    ${409} | ${2}    | ${'accepted'} | ${undefined} | ${undefined}     | ${'an earlier attempt arrived'}
    ${409} | ${1}    | ${'failed'}   | ${false}     | ${'http_status'} | ${'nothing arrived before the first attempt'}
    ${199} | ${1}    | ${'failed'}   | ${false}     | ${'http_status'} | ${'it is no answer'}
    ${300} | ${1}    | ${'failed'}   | ${false}     | ${'redirect'}    | ${'redirects are not followed'}
    ${302} | ${1}    | ${'failed'}   | ${false}     | ${'redirect'}    | ${'redirects are not followed'}
    ${399} | ${1}    | ${'failed'}   | ${false}     | ${'redirect'}    | ${'redirects are not followed'}
    ${400} | ${1}    | ${'failed'}   | ${false}     | ${'http_status'} | ${'it will not pass'}
    ${304} | ${1}    | ${'failed'}   | ${false}     | ${'redirect'}    | ${'redirects are not followed'}
    ${401} | ${1}    | ${'failed'}   | ${false}     | ${'http_status'} | ${'it will not pass'}
    ${404} | ${3}    | ${'failed'}   | ${false}     | ${'http_status'} | ${'it will not pass'}
    ${408} | ${1}    | ${'failed'}   | ${true}      | ${'http_status'} | ${'it may pass'}
    ${429} | ${1}    | ${'failed'}   | ${true}      | ${'http_status'} | ${'it may pass'}
    ${500} | ${1}    | ${'failed'}   | ${true}      | ${'http_status'} | ${'it may pass'}
    ${503} | ${5}    | ${'failed'}   | ${true}      | ${'http_status'} | ${'it may pass'}
  `('$status to attempt $attempt: $kind, since $because', (row) => {
    const result = answerResult(row.status, row.attempt, undefined);

    expect(result).toMatchObject({ kind: row.kind, httpStatus: row.status });
    expect('failure' in result ? [result.failure, result.isRetryable] : []).toEqual(
      row.failure === undefined ? [] : [row.failure, row.isRetryable],
    );
  });
});

describe('A refusal', () => {
  it.each([
    [307, 'redirects are not followed (307)'],
    [503, 'answered 503'],
  ])('with %i tells people why', (status, detail) => {
    expect(answerResult(status, 1, 2000)).toMatchObject({ detail, retryAfterMs: 2000 });
  });
});

describe('The pause after a failure', () => {
  it('is bounded, whatever has failed and whatever the endpoint asks for', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.option(fc.nat(), { nil: undefined }),
        aShare(),
        (n, after, share) => {
          const pause = pauseMs(n, after, pace, () => share);

          return pause >= 0 && pause <= pace.maxPauseMs;
        },
      ),
    );
  });

  it('doubles its upper bound with each failure in a row', () => {
    const bounds = [1, 2, 3, 4, 7, 8, 50].map((n) => pauseMs(n, undefined, pace, () => 1));

    expect(bounds).toEqual([100, 200, 400, 800, 6400, 10_000, 10_000]);
  });

  it('is anything from nothing to its upper bound', () => {
    expect(pauseMs(4, undefined, pace, () => 0)).toBe(0);
    expect(pauseMs(4, undefined, pace, () => 0.5)).toBe(400);
  });

  it('is not shorter than the endpoint asks for, up to the bound', () => {
    expect(pauseMs(1, 3000, pace, () => 0)).toBe(3000);
    expect(pauseMs(1, 60_000, pace, () => 0)).toBe(10_000);
  });
});

describe('A failed notification', () => {
  it.each`
    attempts | ageMs   | pause | again    | because
    ${1}     | ${100}  | ${50} | ${true}  | ${'it has attempts and time'}
    ${4}     | ${100}  | ${50} | ${true}  | ${'it has one attempt left'}
    ${5}     | ${100}  | ${50} | ${false} | ${'it had its attempts'}
    ${1}     | ${2950} | ${50} | ${false} | ${'it will be too old'}
    ${1}     | ${2949} | ${50} | ${true}  | ${'it will just be young enough'}
    ${1}     | ${3100} | ${0}  | ${false} | ${'it is too old'}
  `('is tried again ($again): $because', ({ attempts, ageMs, pause, again }) => {
    expect(isWorthRetrying({ attempts, ageMs, ttlMs: 3000 }, pause, pace)).toBe(again);
  });
});

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['1.5', undefined],
    ['-1', undefined],
    ['1e9', undefined],
    ['99999999', undefined],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is read as %j', (value, ms) => {
    expect(readRetryAfterMs(value)).toBe(ms);
  });
});

function aShare(): fc.Arbitrary<number> {
  return fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
}
