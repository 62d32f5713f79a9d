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

describe('how important a request is', () => {
  /** What is read where requests count as `default`, and how often somebody asked for more than it may. */
  function readFor(declared: 'critical' | 'default' | 'sheddable', said: string | undefined) {
    const onCapped = jest.fn();
    const headers = new Map(said === undefined ? [] : [['x-criticality', said]]);
    const { criticality, plus } = readAdmissionRequest(
      headers,
      { criticality: declared, tenantId: 'acme', deadlineLeftMs: undefined },
      { mayRaise: () => false, onCapped },
    );
    return [criticality, plus, onCapped.mock.calls.length];
  }

  it.each`
    declared       | said               | criticality    | capped | because
    ${'critical'}  | ${undefined}       | ${'critical'}  | ${0}   | ${'nothing else was said'}
    ${'sheddable'} | ${undefined}       | ${'sheddable'} | ${0}   | ${'nothing else was said'}
    ${'default'}   | ${'sheddable'}     | ${'sheddable'} | ${0}   | ${'everybody may say less'}
    ${'default'}   | ${'default'}       | ${'default'}   | ${0}   | ${'it says what it is'}
    ${'default'}   | ${'critical'}      | ${'default'}   | ${1}   | ${'it may not say more'}
    ${'critical'}  | ${'critical_plus'} | ${'critical'}  | ${1}   | ${'beyond all classes is more'}
  `('$declared that says $said is $criticality: $because', (given) => {
    expect(readFor(given.declared, given.said)).toEqual([
      given.criticality,
      undefined,
      given.capped,
    ]);
  });

  it('is beyond all classes for those who may say so', () => {
    const headers = { tenant_id: 'acme', 'x-criticality': 'critical_plus' };

    expect(read(headers, ['acme'])).toMatchObject({ criticality: 'critical', plus: true });
    expect(read({ tenant_id: 'acme', 'x-criticality': 'critical' }, ['acme']).plus).toBeUndefined();
  });
});

it.each`
  byTransport  | byHeader     | expected
  ${undefined} | ${undefined} | ${undefined}
  ${undefined} | ${'250'}     | ${250}
  ${40}        | ${'250'}     | ${40}
  ${40}        | ${undefined} | ${40}
`('waits $expected ms by a transport of $byTransport and a header of $byHeader', (given) => {
  const { deadlineLeftMs } = readAdmissionRequest(
    new Map(given.byHeader ? [['x-timeout-ms', given.byHeader]] : []),
    { criticality: 'default', tenantId: undefined, deadlineLeftMs: given.byTransport },
    { mayRaise: () => false, onCapped: () => undefined },
  );

  expect(deadlineLeftMs).toBe(given.expected);
});
