import { intakeFailure } from './failure.js';
import {
  fateOfRefused,
  INTAKE_ERRORS,
  intakeErrorCodeOf,
  intakeMessage,
  isPermanentIntakeError,
} from './intake-errors.js';

it.each`
  name                            | code                            | severity   | permanent
  ${'schema_validation_failed'}   | ${'SCHEMA_VALIDATION_FAILED'}   | ${'error'} | ${true}
  ${'version_unsupported'}        | ${'VERSION_UNSUPPORTED'}        | ${'error'} | ${true}
  ${'correlation_fields_invalid'} | ${'CORRELATION_FIELDS_INVALID'} | ${'error'} | ${true}
  ${'tenant_forbidden'}           | ${'TENANT_FORBIDDEN'}           | ${'error'} | ${true}
  ${'idempotency_violation'}      | ${'IDEMPOTENCY_VIOLATION'}      | ${'warn'}  | ${true}
  ${'payload_too_small'}          | ${'PAYLOAD_TOO_SMALL'}          | ${'warn'}  | ${true}
  ${'internal_validation_error'}  | ${'INTERNAL_VALIDATION_ERROR'}  | ${'error'} | ${false}
`(
  'knows $name as $code, $severity, permanent: $permanent',
  ({ name, code, severity, permanent }) => {
    const found = intakeErrorCodeOf(name);

    expect(found).toBe(code);
    expect(found && INTAKE_ERRORS[found].severity).toBe(severity);
    expect(isPermanentIntakeError(name)).toBe(permanent);
    expect(fateOfRefused(name)).toEqual({ ack: permanent, nak: !permanent });
  },
);

it.each`
  name                   | permanent
  ${'payload_too_large'} | ${true}
  ${'json_parse_failed'} | ${true}
  ${'tenant_forbidden'}  | ${true}
  ${'internal_error'}    | ${false}
  ${'never_heard_of'}    | ${false}
  ${'constructor'}       | ${false}
`('tells whether $name is permanent: $permanent', ({ name, permanent }) => {
  expect(isPermanentIntakeError(name)).toBe(permanent);
});

it.each`
  code                            | context                                        | message
  ${'VERSION_UNSUPPORTED'}        | ${{ version: '2', supported_versions: ['1'] }} | ${'Unsupported schema version: 2, supported versions: [1]'}
  ${'VERSION_UNSUPPORTED'}        | ${{}}                                          | ${'Unsupported schema version: none, supported versions: [1]'}
  ${'TENANT_FORBIDDEN'}           | ${{ reason: 'not in allowlist' }}              | ${'Tenant validation failed: not in allowlist'}
  ${'SCHEMA_VALIDATION_FAILED'}   | ${{ reason: 'invalid_format' }}                | ${'Schema validation failed: invalid_format'}
  ${'CORRELATION_FIELDS_INVALID'} | ${{ reason: 'run_id' }}                        | ${'Correlation fields validation failed: run_id'}
  ${'IDEMPOTENCY_VIOLATION'}      | ${{ reason: 'another body' }}                  | ${'Idempotency violation: another body'}
  ${'PAYLOAD_TOO_SMALL'}          | ${{ payload_size: 2, min_payload_size: 10 }}   | ${'Payload is too small or empty: 2 bytes, minimum: 10 bytes'}
  ${'INTERNAL_VALIDATION_ERROR'}  | ${{ reason: 'oops' }}                          | ${'Internal validation error: oops'}
`('says: $message', ({ code, context, message }) => {
  expect(intakeMessage(code, context)).toBe(message);
});

it.each`
  code                           | wireCode             | reason
  ${'SCHEMA_VALIDATION_FAILED'}  | ${'invalid_request'} | ${'invalid_request'}
  ${'TENANT_FORBIDDEN'}          | ${'unauthorized'}    | ${'tenant_not_allowed'}
  ${'INTERNAL_VALIDATION_ERROR'} | ${'internal'}        | ${'internal_error'}
`('puts $code on the wire as $wireCode', ({ code, wireCode, reason }) => {
  expect(intakeFailure(code)).toMatchObject({ code: wireCode, reason, intakeErrorCode: code });
});
