import type { LookupAddress, LookupOptions } from 'node:dns';
import { EndpointGuard } from './endpoint-guard.js';
import { guardedLookup, RefusedAddressError } from './guarded-lookup.js';

const METADATA = { address: '169.254.169.254', family: 4 };
const PUBLIC = { address: '93.184.216.34', family: 4 };
const PUBLIC6 = { address: '2606:2800::1', family: 6 };

describe('A lookup', () => {
  it('gives all addresses that may be called, and no other', async () => {
    expect(await lookedUp([METADATA, PUBLIC, PUBLIC6], { all: true })).toEqual([PUBLIC, PUBLIC6]);
  });

  it('gives the first address that may be called where one is wanted', async () => {
    expect(await lookedUp([METADATA, PUBLIC, PUBLIC6], {})).toEqual([PUBLIC]);
  });

  it.each([
    [4, [PUBLIC]],
    ['IPv4' as const, [PUBLIC]],
    [6, [PUBLIC6]],
    ['IPv6' as const, [PUBLIC6]],
    [0, [PUBLIC, PUBLIC6]],
  ])('gives addresses of the family %s', async (family, expected) => {
    expect(await lookedUp([PUBLIC, PUBLIC6], { all: true, family })).toEqual(expected);
  });

  it('fails with the reason when none may be called', async () => {
    await expect(lookedUp([METADATA], { all: true })).rejects.toThrow(
      new RefusedAddressError('gateway.test at 169.254.169.254 is never called: linkLocal'),
    );
  });

  it('fails when there is no address', async () => {
    await expect(lookedUp([], { all: true })).rejects.toThrow('gateway.test has no address');
  });

  it('fails as the resolver does', async () => {
    await expect(lookedUp(new Error('no name server'), {})).rejects.toThrow('no name server');
  });
});

function lookedUp(
  found: readonly LookupAddress[] | Error,
  options: LookupOptions,
): Promise<readonly LookupAddress[]> {
  const guard = new EndpointGuard({ hosts: ['gateway.test'] });
  const lookup = guardedLookup(
    async () => {
      if (found instanceof Error) throw found;
      return found;
    },
    (host, address) => guard.refusalOf(host, address),
  );
  return new Promise((resolve, reject) => {
    lookup('gateway.test', options, (error, addresses, family) => {
      if (error !== null) reject(error);
      else
        resolve(
          typeof addresses === 'string' ? [{ address: addresses, family: family ?? 0 }] : addresses,
        );
    });
  });
}
