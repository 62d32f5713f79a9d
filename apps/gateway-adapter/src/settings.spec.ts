import { loadGatewayConfig } from '@beamline/config';
import { mayRaiseOf } from './settings.js';

const KEYS = '{"app":{"key":"key-of-tests-0001","role":"user"}}';
const tenant = { 'x-tenant-id': 'acme' };

describe('a request may be called critical', () => {
  it.each`
    trusted    | keys    | headers                                     | may      | because
    ${'acme'}  | ${''}   | ${tenant}                                   | ${true}  | ${'nobody can show more than that'}
    ${'other'} | ${''}   | ${tenant}                                   | ${false} | ${'the tenant is not trusted'}
    ${'acme'}  | ${KEYS} | ${{ ...tenant, 'x-api-key': 'k' }}          | ${true}  | ${'the tenant is checked'}
    ${'acme'}  | ${KEYS} | ${{ ...tenant, authorization: 'Bearer k' }} | ${true}  | ${'the tenant is checked'}
    ${'acme'}  | ${KEYS} | ${tenant}                                   | ${false} | ${'anybody could say that'}
    ${'acme'}  | ${KEYS} | ${{ ...tenant, 'x-api-key': '' }}           | ${false} | ${'nothing is shown'}
    ${'*'}     | ${KEYS} | ${tenant}                                   | ${false} | ${'nothing is shown'}
  `('($may) for $trusted with $headers: $because', ({ trusted, keys, headers, may }) => {
    const config = loadGatewayConfig({
      OVERLOAD_TRUSTED_TENANTS: trusted,
      GATEWAY_API_KEYS: keys,
      ...(keys !== '' && { GATEWAY_AUTH_REQUIRED: 'false' }),
    });

    expect(mayRaiseOf(config)(headers)).toBe(may);
  });
});
