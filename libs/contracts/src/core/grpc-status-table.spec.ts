import { ERRORS, GRPC_STATUS } from './error-catalogue.js';
import { WIRE_CODE_OF_REASON } from './failure-reasons.js';
import { DEFAULT_GRPC_STATUSES, mapReasonToGrpc, reloadGrpcStatuses } from './grpc-status-table.js';

it.each`
  reason                     | context                | grpcStatus | message
  ${'invalid_request'}       | ${{}}                  | ${3}       | ${'invalid request'}
  ${'missing_message'}       | ${{}}                  | ${3}       | ${'missing message'}
  ${'timeout'}               | ${{}}                  | ${14}      | ${'request timeout'}
  ${'nats_unavailable'}      | ${{}}                  | ${14}      | ${'NATS service unavailable'}
  ${'budget_exceeded'}       | ${{}}                  | ${8}       | ${'budget exceeded'}
  ${'unauthenticated'}       | ${{}}                  | ${16}      | ${'unauthenticated'}
  ${'internal_error'}        | ${{}}                  | ${13}      | ${'internal server error'}
  ${'unknown_error_reason'}  | ${undefined}           | ${13}      | ${'internal server error'}
  ${'toString'}              | ${undefined}           | ${13}      | ${'internal server error'}
  ${'internal_error'}        | ${{ context: 12345 }}  | ${13}      | ${'12345'}
  ${'policy_not_found'}      | ${{ context: 'no p' }} | ${5}       | ${'no p'}
  ${'policy_not_found'}      | ${{ context: '' }}     | ${5}       | ${'policy not found'}
  ${'rate_limit_exceeded'}   | ${{}}                  | ${8}       | ${'Rate limit exceeded'}
  ${'permission_denied'}     | ${{}}                  | ${7}       | ${'permission denied'}
  ${'no_provider_available'} | ${{}}                  | ${13}      | ${'no provider available'}
`('maps $reason with $context to $grpcStatus: $message', ({ reason, context, ...expected }) => {
  expect(mapReasonToGrpc(reason, context)).toEqual(expected);
});

it('takes a reason together with its context', () => {
  const pair = ['missing_tenant_id', { context: 'Tenant header missing' }] as const;

  expect(mapReasonToGrpc(pair)).toEqual({ grpcStatus: 3, message: 'Tenant header missing' });
});

it('gives some text for a context that cannot be written down', () => {
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;

  expect(mapReasonToGrpc('internal_error', { context: loop }).message).not.toBe('');
});

describe('a reloaded table', () => {
  it.each([
    ['not a pair', 'not a tuple'],
    ['a status that is not allowed', [4, 'deadline']],
    ['no text', [3, '']],
    ['no text at all', [3]],
  ])('is refused with %s', (_what, entry) => {
    expect(reloadGrpcStatuses({ invalid_key: entry })).toEqual({
      ok: false,
      problems: [expect.stringContaining('invalid_key')],
    });
  });

  it('knows the new entries and still the old ones', () => {
    const reloaded = reloadGrpcStatuses({
      ...DEFAULT_GRPC_STATUSES,
      test_custom_error: [3, 'test error'],
    });

    const table = reloaded.ok ? reloaded.table : {};
    expect(mapReasonToGrpc('test_custom_error', {}, table)).toEqual({
      grpcStatus: 3,
      message: 'test error',
    });
    expect(mapReasonToGrpc('timeout', {}, table).grpcStatus).toBe(14);
  });
});

it('gives every reason a wire code whose gRPC status is its own, but for unauthenticated', () => {
  const different = Object.entries(WIRE_CODE_OF_REASON)
    .filter(([reason, code]) => mapReasonToGrpc(reason).grpcStatus !== ERRORS[code].grpcStatus)
    .map(([reason]) => reason);

  expect(different).toEqual(['unauthenticated']);
});

it('uses only gRPC statuses that the contract allows', () => {
  expect(Object.values(GRPC_STATUS).toSorted((a, b) => a - b)).toEqual([3, 5, 7, 8, 13, 14, 16]);
});
