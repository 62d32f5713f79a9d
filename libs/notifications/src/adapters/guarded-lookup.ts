import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** A name resolves to nothing that may be called. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError';
  readonly code = 'ERR_REFUSED_ADDRESS';
}

/** Finds all addresses of a name. Rejects like `dns.lookup` when there are none. */
export type ResolveHost = (host: string) => Promise<readonly LookupAddress[]>;

/**
 * The lookup of a connection that goes to no address which `refusalOf` refuses. The addresses that were judged are the
 * very ones that are connected to, so a name that changes its mind in between gains nothing.
 */
export function guardedLookup(
  resolve: ResolveHost,
  refusalOf: (host: string, address: string) => string | undefined,
): LookupFunction {
  return (host, options, callback) => {
    void (async () => {
      try {
        const found = ofFamily(await resolve(host), options.family);
        const allowed = found.filter(({ address }) => refusalOf(host, address) === undefined);
        const [first] = allowed;
        if (first === undefined) callback(refusal(host, found, refusalOf), []);
        else if (options.all === true) callback(null, [...allowed]);
        else callback(null, first.address, first.family);
      } catch (error) {
        callback(error instanceof Error ? error : new Error(String(error)), []);
      }
    })();
  };
}

function ofFamily(
  addresses: readonly LookupAddress[],
  family: LookupOptions['family'],
): readonly LookupAddress[] {
  const wanted = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : (family ?? 0);
  return wanted === 0 ? addresses : addresses.filter((each) => each.family === wanted);
}

function refusal(
  host: string,
  found: readonly LookupAddress[],
  refusalOf: (host: string, address: string) => string | undefined,
): Error {
  const reasons = found.map(({ address }) => refusalOf(host, address));
  return new RefusedAddressError(reasons[0] ?? `${host} has no address`);
}
