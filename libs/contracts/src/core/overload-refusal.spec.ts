import fc from 'fast-check';

import { RefusalWriter, wholeMs, wholeSeconds } from './overload-refusal.js';
import type { RefusalLike } from './refusal-like.js';

const SUBJECT = 'beamline.router.v1.decide';

function aRefusal(over: Partial<RefusalLike> = {}): RefusalLike {
  return {
    reason: 'predicted_wait',
    criticality: 'default',
    predictedWaitMs: 1234.5,
    retryAfterMs: 2001,
    retryable: true,
    effectiveStatus: 'active',
    ...over,
  };
}

it('answers with the error response of the contract', () => {
  const body = new RefusalWriter(SUBJECT).jsonBody(aRefusal(), { requestId: 'r', traceId: 't' });

  expect(JSON.parse(body)).toEqual({
    ok: false,
    error: {
      code: 'service_overloaded',
      message: `${SUBJECT} is overloaded: the request would wait too long`,
      details: {
        subject: SUBJECT,
        criticality: 'default',
        reason: 'predicted_wait',
        state: 'active',
        retryable: true,
        predicted_wait_ms: 1235,
        retry_after_ms: 2001,
      },
      intake_error_code: null,
    },
    context: { request_id: 'r', trace_id: 't' },
  });
});

it('leaves the request id empty where it could not be read', () => {
  const body = new RefusalWriter(SUBJECT).jsonBody(aRefusal());

  expect(JSON.parse(body)).toMatchObject({ context: { request_id: '' } });
});

it('tells over NATS when to come back in milliseconds, rounded up', () => {
  expect(new RefusalWriter(SUBJECT).natsHeaders(aRefusal({ retryAfterMs: 0.2 }))).toEqual({
    'Nats-Service-Error-Code': '429',
    'Nats-Service-Error': `${SUBJECT} is overloaded: the request would wait too long`,
    'Retry-After-Ms': '1',
    'Overload-Retryable': 'true',
    'Overload-State': 'active',
    'Overload-Wait-Ms': '1235',
  });
});

it('says over NATS not to retry what shall not come back', () => {
  const { headers, body } = new RefusalWriter(SUBJECT).nats(aRefusal({ retryable: false }));

  expect(headers).toMatchObject({ 'Overload-Retryable': 'false' });
  expect(JSON.parse(body)).toMatchObject({ error: { details: { retryable: false } } });
});

it.each([429, 503] as const)('answers over HTTP with %i and a problem body', (status) => {
  const answer = new RefusalWriter(SUBJECT, status).http(aRefusal());

  expect(answer.status).toBe(status);
  expect(answer.headers).toEqual({
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    'Retry-After': '3',
    'Overload-State': 'active',
    'Overload-Wait-Ms': '1235',
  });
  expect(JSON.parse(answer.body)).toEqual({
    type: 'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity',
    title: 'Request cannot be satisfied due to temporary server capacity constraints',
    status,
    detail: `${SUBJECT} is overloaded: the request would wait too long`,
    code: 'service_overloaded',
    subject: SUBJECT,
    criticality: 'default',
    reason: 'predicted_wait',
    state: 'active',
    retryable: true,
    predicted_wait_ms: 1235,
    retry_after_ms: 2001,
  });
});

it('calls the problem of a tenant above its share a quota', () => {
  const { body } = new RefusalWriter(SUBJECT).http(aRefusal({ reason: 'tenant_share' }));

  expect(JSON.parse(body)).toMatchObject({
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
  });
});

it('keeps the refusals of different reasons, classes, statuses and retryability apart', () => {
  const writer = new RefusalWriter(SUBJECT);
  const refusals = ['predicted_wait', 'deadline'].flatMap((reason) =>
    ['default', 'sheddable'].flatMap((criticality) =>
      ['warning', 'active'].flatMap((effectiveStatus) =>
        [true, false].map((retryable) => ({ reason, criticality, effectiveStatus, retryable })),
      ),
    ),
  );

  const bodies = [...refusals, ...refusals].map((each) => writer.http(aRefusal(each)).body);

  expect(new Set(bodies).size).toBe(16);
});

it('writes JSON whatever the subject, the reason and the numbers are', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 2000 }),
      fc.string(),
      fc.double(),
      fc.double(),
      (subject, reason, predictedWaitMs, retryAfterMs) => {
        const writer = new RefusalWriter(subject);
        const refusal = aRefusal({ reason, predictedWaitMs, retryAfterMs });

        const { details } = JSON.parse(writer.jsonBody(refusal)).error;
        const problem = JSON.parse(writer.http(refusal).body);

        expect(details.subject).toBe(subject.slice(0, 255));
        expect(problem.reason).toBe(reason);
        expect(Number.isSafeInteger(problem.retry_after_ms)).toBe(true);
        expect(Number(writer.http(refusal).headers['Retry-After'])).toBeGreaterThanOrEqual(1);
      },
    ),
  );
});

it.each`
  ms          | seconds  | wholly
  ${0}        | ${'1'}   | ${'0'}
  ${-5}       | ${'1'}   | ${'0'}
  ${NaN}      | ${'1'}   | ${'0'}
  ${Infinity} | ${'1'}   | ${'0'}
  ${1000}     | ${'1'}   | ${'1000'}
  ${1000.1}   | ${'2'}   | ${'1001'}
  ${300_000}  | ${'300'} | ${'300000'}
`('$ms ms are $seconds whole seconds and $wholly whole milliseconds', ({ ms, seconds, wholly }) => {
  expect(wholeSeconds(ms)).toBe(seconds);
  expect(wholeMs(ms)).toBe(wholly);
});
