/** Schemes an endpoint may have unless said otherwise. */
export const DEFAULT_ENDPOINT_SCHEMES: readonly string[] = ['http', 'https'];
/** Hosts an endpoint may have unless said otherwise: this machine. */
export const DEFAULT_ENDPOINT_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
/** Longest endpoint, in bytes of UTF-8. */
const MAX_ENDPOINT_BYTES = 2047;

/** What an address is, as far as calling it is concerned. */
export type AddressKind =
  | 'public'
  /** Private, unique local, shared or reserved: it belongs to somebody's own network. */
  | 'internal'
  | 'loopback'
  /** Link-local, metadata of a cloud, multicast, broadcast, unspecified, tunnelled: never called. */
  | 'forbidden';

/** An address that a connection would go to. */
export interface AddressFacts {
  /** As people write it. */
  readonly address: string;
  readonly kind: AddressKind;
  /** Its range in words, for error messages, such as `linkLocal`. */
  readonly range: string;
  /** An address or a network of the allowed list covers it. */
  readonly isListed: boolean;
}

/** By what the allowed list lets a host in. */
export type HostGrant = 'name' | 'suffix' | 'address';

/** A host that the allowed list lets in. */
export interface AllowedHost {
  /** In lower case, without brackets and trailing dot. */
  readonly host: string;
  readonly grant: HostGrant;
}

/** An endpoint that is a URL of an allowed form. Whether its host is allowed is another question. */
export type EndpointReading =
  { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly problem: string };

const THIS_MACHINE = /^(?:localhost\.?|127(?:\.\d{1,3}){3}|\[::1\])$/;
const MAX_SHOWN_CHARS = 64;
const MASK = '[REDACTED]';

/** An endpoint as a message may show it: without user, password and query, at most 64 characters. */
export function shownEndpoint(endpoint: string): string {
  const masked = endpoint
    .slice(0, MAX_ENDPOINT_BYTES)
    .replace(/\/\/[^/?#]*@/, `//${MASK}@`)
    .replace(/[?#].*$/s, `?${MASK}`);
  const cut = masked.length <= MAX_SHOWN_CHARS ? masked : `${masked.slice(0, MAX_SHOWN_CHARS)}…`;
  return JSON.stringify(cut);
}

/**
 * Reads an endpoint: an absolute URL of an allowed scheme with a host, without user, password and fragment, of 1 to
 * 2047 bytes.
 * @param schemes Without colon, in lower case.
 * @param ports Default any.
 */
export function readEndpoint(
  endpoint: unknown,
  schemes: readonly string[],
  ports?: readonly number[],
): EndpointReading {
  if (typeof endpoint !== 'string') return { ok: false, problem: 'endpoint must be a string' };
  const problem = textProblem(endpoint);
  if (problem !== undefined) return refused(endpoint, problem);
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || url.hostname === '') return refused(endpoint, 'must be an absolute URL');
  const urlRule = urlProblem(url, schemes, ports);
  return urlRule === undefined ? { ok: true, url } : refused(endpoint, urlRule);
}

/** Whether nobody on the way can read what is posted to a URL: it goes over TLS, or stays on this machine. */
export function isConfidential({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || THIS_MACHINE.test(hostname);
}

/**
 * Says why an address may not be called for a host, or `undefined` when it may.
 *
 * | address | may be called when |
 * |---|---|
 * | forbidden | never, even when listed |
 * | any other | an address or network of the list covers it |
 * | public | its host is allowed by name or suffix |
 * | internal | its host is allowed by its full name: a suffix alone opens no network of one's own |
 * | loopback | its host is `localhost`, allowed by that name |
 */
export function addressRefusal(
  { host, grant }: AllowedHost,
  { address, kind, range, isListed }: AddressFacts,
): string | undefined {
  const where = host === address ? address : `${host} at ${address}`;
  if (kind === 'forbidden') return `${where} is never called: ${range}`;
  if (isListed || isOpenTo(kind, host, grant)) return undefined;
  const missing = kind === 'public' ? 'the address' : `the address, which is ${range},`;
  return `${where} is not called: ${missing} is not in the list of allowed hosts`;
}

function isOpenTo(kind: AddressKind, host: string, grant: HostGrant): boolean {
  if (kind === 'public') return grant !== 'address';
  if (kind === 'internal') return grant === 'name';
  return kind === 'loopback' && grant === 'name' && host === 'localhost';
}

/** Rules that URL parsers are lenient about: they drop, mend or hide these. */
function textProblem(endpoint: string): string | undefined {
  if (endpoint === '' || endpoint.length > MAX_ENDPOINT_BYTES) {
    return `must have 1 to ${MAX_ENDPOINT_BYTES} bytes`;
  }
  // From here on a character is a byte.
  if (!/^[\u0021-\u007e]+$/.test(endpoint)) return 'must hold visible ASCII characters only';
  if (endpoint.includes('\\')) return 'must hold no backslash';
  if (endpoint.includes('#')) return 'must have no fragment';
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?]/i.test(endpoint)) return 'must be an absolute URL';
  return /^[^/]*\/\/[^/?]*@/.test(endpoint) ? 'must hold neither user nor password' : undefined;
}

function urlProblem(
  url: URL,
  schemes: readonly string[],
  ports: readonly number[] | undefined,
): string | undefined {
  if (!schemes.includes(url.protocol.slice(0, -1))) {
    return `must have one of these schemes: ${schemes.join(', ')}`;
  }
  if (url.port === '0') return 'must have a port from 1 to 65535';
  return ports === undefined || ports.includes(portOf(url))
    ? undefined
    : `must have one of these ports: ${ports.join(', ')}`;
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

function refused(endpoint: string, rule: string): EndpointReading {
  return { ok: false, problem: `endpoint ${shownEndpoint(endpoint)} ${rule}` };
}
