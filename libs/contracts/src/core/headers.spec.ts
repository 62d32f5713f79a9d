import { NO_HEADERS, readContextHeaders, traceIdOf } from './headers.js';
import { formatTraceparent, parseTraceparent } from './traceparent.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

function aReader(headers: Record<string, string>) {
  return { get: (name: string) => headers[name] };
}

it('reads every header of the contract', () => {
  const headers = readContextHeaders(
    aReader({
      trace_id: 't',
      tenant_id: 'acme',
      version: '1',
      traceparent: 'p',
      span_id: 's',
      'x-reply-to': 'r',
      'Idempotency-Key': 'k',
    }),
  );

  expect(headers).toEqual({
    traceId: 't',
    tenantId: 'acme',
    version: '1',
    traceparent: 'p',
    spanId: 's',
    replyTo: 'r',
    idempotencyKey: 'k',
  });
});

it('prefers the canonical spelling and takes the alternate one', () => {
  expect(readContextHeaders(aReader({ trace_id: 'a', 'X-Trace-Id': 'b' })).traceId).toBe('a');
  expect(readContextHeaders(aReader({ 'X-Trace-Id': 'b', 'X-Span-Id': 'c' }))).toEqual({
    traceId: 'b',
    spanId: 'c',
  });
});

it('takes an empty header for none', () => {
  expect(readContextHeaders(aReader({ trace_id: '', tenant_id: '' }))).toEqual({});
  expect(readContextHeaders(NO_HEADERS)).toEqual({});
});

it.each`
  value                                       | parsed
  ${`00-${TRACE}-${PARENT}-01`}               | ${{ traceId: TRACE, parentId: PARENT, sampled: true }}
  ${`00-${TRACE}-${PARENT}-00`}               | ${{ traceId: TRACE, parentId: PARENT, sampled: false }}
  ${`01-${TRACE}-${PARENT}-01-future`}        | ${{ traceId: TRACE, parentId: PARENT, sampled: true }}
  ${`00-${TRACE}-${PARENT}-01-more`}          | ${undefined}
  ${`ff-${TRACE}-${PARENT}-01`}               | ${undefined}
  ${`00-${'0'.repeat(32)}-${PARENT}-01`}      | ${undefined}
  ${`00-${TRACE}-${'0'.repeat(16)}-01`}       | ${undefined}
  ${`00-${TRACE.toUpperCase()}-${PARENT}-01`} | ${undefined}
  ${''}                                       | ${undefined}
`('parses traceparent $value', ({ value, parsed }) => {
  expect(parseTraceparent(value)).toEqual(parsed);
});

it('writes a traceparent that it can read', () => {
  const parent = { traceId: TRACE, parentId: PARENT, sampled: true };

  expect(parseTraceparent(formatTraceparent(parent))).toEqual(parent);
});

it.each`
  traceId      | traceparent                   | expected
  ${'own'}     | ${`00-${TRACE}-${PARENT}-01`} | ${'own'}
  ${undefined} | ${`00-${TRACE}-${PARENT}-01`} | ${TRACE}
  ${''}        | ${'garbage'}                  | ${undefined}
  ${undefined} | ${undefined}                  | ${undefined}
`('the trace of $traceId with $traceparent is $expected', ({ expected, ...source }) => {
  expect(traceIdOf(source)).toBe(expected);
});
