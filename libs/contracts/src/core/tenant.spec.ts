import { checkTenant, MAX_TENANT_ID_LENGTH } from './tenant.js';

const allowlist = ['tenant_a', 'tenant_b'];

it.each`
  tenantId                                | list                  | result
  ${null}                                 | ${null}               | ${'tenant_missing'}
  ${undefined}                            | ${undefined}          | ${'tenant_missing'}
  ${''}                                   | ${null}               | ${'tenant_empty'}
  ${'valid_tenant_123'}                   | ${null}               | ${'ok'}
  ${12345}                                | ${null}               | ${'tenant_invalid_format'}
  ${'line\nbreak'}                        | ${null}               | ${'tenant_invalid_format'}
  ${'x'.repeat(MAX_TENANT_ID_LENGTH)}     | ${null}               | ${'ok'}
  ${'x'.repeat(MAX_TENANT_ID_LENGTH + 1)} | ${null}               | ${'tenant_invalid_format'}
  ${'tenant_c'}                           | ${allowlist}          | ${'tenant_not_allowed'}
  ${'tenant_a'}                           | ${allowlist}          | ${'ok'}
  ${'tenant_a'}                           | ${new Set(allowlist)} | ${'ok'}
  ${'tenant_c'}                           | ${new Set(allowlist)} | ${'tenant_not_allowed'}
  ${'tenant_x'}                           | ${{ tenant_x: true }} | ${'ok'}
  ${'toString'}                           | ${{ tenant_x: true }} | ${'tenant_not_allowed'}
  ${'tenant_a'}                           | ${[]}                 | ${'tenant_not_allowed'}
`('tenant $tenantId against $list is $result', ({ tenantId, list, result }) => {
  expect(checkTenant(tenantId, list)).toBe(result);
});
