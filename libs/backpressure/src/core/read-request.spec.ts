import { readAdmissionRequest, tenantIn } from './read-request.js';

const read = (headers: Readonly<Record<string, string>>, trusted: readonly string[] = []) =>
  readAdmissionRequest(
    new Map(Object.entries(headers)),
    {
      criticality: 'default',
      tenantId: tenantIn(new Map(Object.entries(headers))),
      deadlineLeftMs: undefined,
    },
    { mayRaise: (tenantId) => trusted.includes(`${tenantId}`), onCapped: () => undefined },
  );

it.each`
  headers                                   | tenant             | because
  ${{ tenant_id: 'a' }}                     | ${'a'}             | ${'most callers name it so'}
  ${{ 'x-tenant-id': 'b' }}                 | ${'b'}             | ${'some proxies drop underscores'}
  ${{ tenant_id: 'a', 'x-tenant-id': 'b' }} | ${'a'}             | ${'the first one counts'}
  ${{ tenant_id: '', 'x-tenant-id': 'b' }}  | ${'b'}             | ${'an empty one names nobody'}
  ${{ tenant_id: 'x'.repeat(300) }}         | ${'x'.repeat(256)} | ${'no tenant has more'}
  ${{}}                                     | ${undefined}       | ${'nobody was named'}
`('the tenant is $tenant: $because', ({ headers, tenant }) => {
  expect(read(headers).tenantId).toBe(tenant);
});

it.each(['tenant_id', 'x-tenant-id'])('trusts the tenant that %s names', (name) => {
  const headers = { [name]: 'acme', 'x-criticality': 'critical' };

  expect(read(headers, ['acme']).criticality).toBe('critical');
  expect(read(headers, ['globex']).criticality).toBe('default');
});

it.each`
  step         | trusted     | isLater      | because
  ${'2'}       | ${['acme']} | ${true}      | ${'something was begun'}
  ${'1'}       | ${['acme']} | ${undefined} | ${'nothing was begun yet'}
  ${'0'}       | ${['acme']} | ${undefined} | ${'steps count from 1'}
  ${'2'}       | ${[]}       | ${undefined} | ${'not everybody may raise'}
  ${'1e9'}     | ${['acme']} | ${undefined} | ${'it is no step'}
  ${''}        | ${['acme']} | ${undefined} | ${'it is no step'}
  ${undefined} | ${['acme']} | ${undefined} | ${'it was not told'}
`('step $step of $trusted is a later one: $isLater, because $because', (given) => {
  const headers = { tenant_id: 'acme', ...(given.step && { 'x-workflow-step': given.step }) };

  expect(read(headers, given.trusted).isLaterStep).toBe(given.isLater);
});
