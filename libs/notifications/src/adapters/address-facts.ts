import ipaddr from 'ipaddr.js';
import type { AddressFacts, AddressKind } from '../core/endpoint-rules.js';

/** A network in CIDR form, or a single address as the network that holds only it. */
export type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Where clouds serve credentials to whoever asks, outside of 169.254.0.0/16. */
const METADATA: readonly Network[] = [
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
].map((network) => ipaddr.parseCIDR(network));

/** IPv4 addresses in the clothes of IPv6, whose last 32 bits are the address that is called (RFC 6052). */
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96');
/** IPv4-compatible addresses, long since withdrawn (RFC 4291, 2.5.5.1). */
const IPV4_COMPATIBLE = ipaddr.parseCIDR('::/96');

const KINDS: ReadonlyMap<string, AddressKind> = new Map([
  ['unicast', 'public'],
  ['loopback', 'loopback'],
  ['private', 'internal'],
  ['uniqueLocal', 'internal'],
  ['carrierGradeNat', 'internal'],
  ['reserved', 'internal'],
  ['benchmarking', 'internal'],
]);

/**
 * Reads an address or a network in CIDR form; `undefined` when it is neither. Forms that only some programs understand,
 * such as `127.1` or `0x7f000001`, are none.
 */
export function readNetwork(text: string): Network | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const read = readAddress(address);
  if (read === undefined || more.length > 0) return undefined;
  const most = read.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) return [read, most];
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? [read, Number(bits)] : undefined;
}

/** Whether a host is an address and not a name. */
export function isAddress(host: string): boolean {
  return readAddress(host) !== undefined;
}

/** Says what an address is. What cannot be read is forbidden. */
export function addressFacts(text: string, listed: readonly Network[]): AddressFacts {
  const read = readAddress(text);
  if (read === undefined)
    return { address: text, kind: 'forbidden', range: 'no IP address', isListed: false };
  const address = unwrapped(read);
  const isListed = listed.some((network) => matches(address, network));
  return { address: text, ...kindOf(address), isListed };
}

function kindOf(address: Address): { readonly kind: AddressKind; readonly range: string } {
  if (METADATA.some((network) => matches(address, network)))
    return { kind: 'forbidden', range: 'metadata' };
  const range: string = address.range();
  if (range !== 'loopback' && matches(address, IPV4_COMPATIBLE)) {
    return { kind: 'forbidden', range: range === 'unspecified' ? range : 'ipv4Compatible' };
  }
  return { kind: KINDS.get(range) ?? 'forbidden', range };
}

function readAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  const [address = '', ...zones] = text.split('%');
  const url = `http://[${address}]/`;
  if (zones.length > 1 || !URL.canParse(url)) return undefined;
  // By way of a URL, which leaves no dotted part: ipaddr.js takes `::127.0.0.1` for `::ffff:127.0.0.1`, which it is not.
  return ipaddr.IPv6.parse(new URL(url).hostname.slice(1, -1));
}

/** The address that is really called. */
function unwrapped(address: Address): Address {
  if (address.kind() === 'ipv4') return address;
  const bytes = address.toByteArray();
  const isMapped = address.range() === 'ipv4Mapped';
  return isMapped || matches(address, NAT64) ? new ipaddr.IPv4(bytes.slice(12)) : address;
}

function matches(address: Address, [network, bits]: Network): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
