import type { HostGrant } from './endpoint-rules.js';

/** The list of allowed hosts, sorted by what its entries are. */
export interface AllowedHosts {
  /** Full names, in lower case. */
  readonly names: ReadonlySet<string>;
  /** Endings with their leading dot, in lower case. */
  readonly suffixes: readonly string[];
  /** Addresses and networks as they were written, without brackets. Whether they are any is not known here. */
  readonly networks: readonly string[];
}

/** A list of allowed hosts as it was read, or the entries that are wrong. */
export type AllowedHostsReading =
  | { readonly ok: true; readonly hosts: AllowedHosts }
  | { readonly ok: false; readonly problems: readonly string[] };

const NAME =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
const MAX_SHOWN_CHARS = 64;

/**
 * Reads the list of allowed hosts. An entry is a full name (`gateway.example.com`), a suffix (`*.example.com`, which
 * the name `example.com` itself does not match), an address (`10.0.0.7`, `[::1]`) or a network (`10.0.0.0/8`).
 */
export function readAllowedHosts(entries: readonly string[]): AllowedHostsReading {
  const names = new Set<string>();
  const suffixes: string[] = [];
  const networks: string[] = [];
  const problems: string[] = [];
  for (const entry of entries) {
    const host = plainHost(entry);
    if (looksLikeNetwork(entry)) networks.push(host);
    else if (host.startsWith('*.') && NAME.test(host.slice(2))) suffixes.push(host.slice(1));
    else if (NAME.test(host)) names.add(host);
    else problems.push(hostProblem(entry));
  }
  return problems.length === 0
    ? { ok: true, hosts: { names, suffixes, networks } }
    : { ok: false, problems };
}

/** Says what is wrong with an entry that is none of what {@link readAllowedHosts} takes. */
export function hostProblem(entry: string): string {
  const shown = JSON.stringify(entry.slice(0, MAX_SHOWN_CHARS));
  return `allowed host ${shown} must be a name, *.suffix, an IP address or a CIDR network`;
}

/** By what entry a name is allowed, or `undefined`. Names of any case, with or without trailing dot. */
export function grantOfName(name: string, hosts: AllowedHosts): HostGrant | undefined {
  const plain = plainHost(name);
  if (hosts.names.has(plain)) return 'name';
  return hosts.suffixes.some((suffix) => plain.endsWith(suffix) && plain.length > suffix.length)
    ? 'suffix'
    : undefined;
}

/** A host in lower case, without the brackets of IPv6 and the trailing dot of a rooted name. */
export function plainHost(host: string): string {
  const bare = host.trim().toLowerCase();
  if (bare.startsWith('[') && bare.endsWith(']')) return bare.slice(1, -1);
  return bare.endsWith('.') ? bare.slice(0, -1) : bare;
}

function looksLikeNetwork(entry: string): boolean {
  return /[/:[\]]/.test(entry) || /^[\d.]+$/.test(entry.trim());
}
