import {
  isPolicyId,
  isStrictTraceId,
  isTenantId,
  isUlid,
  isUserId,
  isUuidV4,
  isW3cTraceId,
} from './correlation.js';
import { looksLikeInjection } from './injection.js';

it.each`
  check           | value                                     | valid
  ${isUuidV4}     | ${'not-a-uuid'}                           | ${false}
  ${isUuidV4}     | ${'6F0B8F6E-6C1F-4B5A-9D2B-1C2D3E4F5A6B'} | ${true}
  ${isUuidV4}     | ${'6f0b8f6e-6c1f-1b5a-9d2b-1c2d3e4f5a6b'} | ${false}
  ${isUlid}       | ${'01ARZ3NDEKTSV4RRFFQ69G5FAV'}           | ${true}
  ${isUlid}       | ${'01ARZ3NDEKTSV4RRFFQ69G5FAU'}           | ${false}
  ${isW3cTraceId} | ${'not-a-trace'}                          | ${false}
  ${isW3cTraceId} | ${'4bf92f3577b34da6a3ce929d0e0e4736'}     | ${true}
  ${isW3cTraceId} | ${'0'.repeat(32)}                         | ${false}
  ${isTenantId}   | ${'TENANT_ABC'}                           | ${true}
  ${isTenantId}   | ${'a/b'}                                  | ${false}
  ${isPolicyId}   | ${'policy-123'}                           | ${true}
  ${isPolicyId}   | ${'POLICY_ABC'}                           | ${true}
  ${isPolicyId}   | ${'my.policy.id'}                         | ${true}
  ${isPolicyId}   | ${null}                                   | ${false}
  ${isPolicyId}   | ${'x'.repeat(256)}                        | ${false}
  ${isUserId}     | ${'user_1'}                               | ${true}
  ${isUserId}     | ${'user.1'}                               | ${false}
`('$check.name takes $value: $valid', ({ check, value, valid }) => {
  expect(check(value)).toBe(valid);
});

it.each(['4bf92f3577b34da6a3ce929d0e0e4736', '6f0b8f6e-6c1f-4b5a-9d2b-1c2d3e4f5a6b'])(
  'takes %s for a trace id even in strict mode',
  (traceId) => {
    expect(isStrictTraceId(traceId)).toBe(true);
  },
);

it.each`
  text                                | suspicious
  ${'normal_value'}                   | ${false}
  ${"O'Brien & sons; see §4 (draft)"} | ${false}
  ${"'; DROP TABLE users; --"}        | ${true}
  ${"x' OR '1'='1"}                   | ${true}
  ${'<script>alert(1)</script>'}      | ${true}
  ${'../../etc/passwd'}               | ${true}
  ${'a; rm -rf /'}                    | ${true}
`('looks for injection in $text: $suspicious', ({ text, suspicious }) => {
  expect(looksLikeInjection(text)).toBe(suspicious);
});
