import {
  type AllowedHosts,
  grantOfName,
  hostProblem,
  plainHost,
  readAllowedHosts,
} from '../core/allowed-hosts.js';
import {
  addressRefusal,
  type AllowedHost,
  DEFAULT_ENDPOINT_HOSTS,
  DEFAULT_ENDPOINT_SCHEMES,
  readEndpoint,
  shownEndpoint,
} from '../core/endpoint-rules.js';
import { addressFacts, isAddress, type Network, readNetwork } from './address-facts.js';

/** What endpoints may be called. */
export interface EndpointGuardOptions {
  /** Allowed schemes, of `http` and `https`. Default both. */
  readonly schemes?: readonly string[];
  /** Allowed hosts: names, `*.suffix`, addresses, CIDR networks. Default `localhost`, `127.0.0.1` and `[::1]`. */
  readonly hosts?: readonly string[];
  /** Allowed ports, those of the scheme included. Default any. */
  readonly ports?: readonly number[];
}

/** An endpoint that may be registered, or why it may not. */
export type EndpointCheck =
  | { readonly ok: true; readonly url: URL }
  | {
      readonly ok: false;
      readonly error: 'invalid_endpoint';
      /** Names the value, without its secrets, and the rule. */
      readonly problem: string;
    };

/** The guard's list holds something that is no host or no scheme. */
class EndpointGuardError extends RangeError {
  override readonly name = 'EndpointGuardError';
}

/**
 * Keeps the router from calling what it must not call: registered endpoints are somebody else's wish. Asked twice: at
 * registration, and for every address that a connection would go to, because names resolve to something else tomorrow.
 */
export class EndpointGuard {
  readonly #schemes: readonly string[];
  readonly #ports: readonly number[] | undefined;
  readonly #hosts: AllowedHosts;
  readonly #networks: readonly Network[];

  /** @throws EndpointGuardError when an entry of a list is wrong; names the entry. */
  constructor({
    schemes = DEFAULT_ENDPOINT_SCHEMES,
    hosts = DEFAULT_ENDPOINT_HOSTS,
    ports,
  }: EndpointGuardOptions = {}) {
    this.#schemes = readSchemes(schemes);
    this.#ports = ports;
    const reading = readAllowedHosts(hosts);
    if (!reading.ok) throw new EndpointGuardError(reading.problems.join('; '));
    this.#hosts = reading.hosts;
    this.#networks = reading.hosts.networks.map(networkOf);
  }

  /** Says whether an endpoint may be registered, and called as far as that can be said without resolving its name. */
  check(endpoint: unknown): EndpointCheck {
    const reading = readEndpoint(endpoint, this.#schemes, this.#ports);
    if (!reading.ok) return invalid(reading.problem);
    const problem = this.#hostProblem(plainHost(reading.url.hostname));
    if (problem === undefined) return reading;
    return invalid(`endpoint ${shownEndpoint(String(endpoint))} ${problem}`);
  }

  /**
   * Says why a connection for `host` may not go to `address`, or `undefined` when it may.
   * @param host As in the URL of the endpoint.
   */
  refusalOf(host: string, address: string): string | undefined {
    const allowed = this.#allowed(plainHost(host));
    if (allowed === undefined) return `${host} is not an allowed host`;
    return addressRefusal(allowed, addressFacts(address, this.#networks));
  }

  #hostProblem(host: string): string | undefined {
    if (isAddress(host)) {
      const refusal = this.refusalOf(host, host);
      return refusal === undefined ? undefined : `must have an allowed host: ${refusal}`;
    }
    return this.#allowed(host) === undefined ? 'must have an allowed host' : undefined;
  }

  #allowed(host: string): AllowedHost | undefined {
    if (isAddress(host)) return { host, grant: 'address' };
    const grant = grantOfName(host, this.#hosts);
    return grant === undefined ? undefined : { host, grant };
  }
}

const KNOWN_SCHEMES: ReadonlySet<string> = new Set(DEFAULT_ENDPOINT_SCHEMES);

function readSchemes(schemes: readonly string[]): readonly string[] {
  const plain = schemes.map((scheme) => scheme.trim().toLowerCase());
  const unknown = plain.find((scheme) => !KNOWN_SCHEMES.has(scheme));
  if (unknown !== undefined) {
    const shown = JSON.stringify(unknown.slice(0, 64));
    throw new EndpointGuardError(`endpoint scheme ${shown} must be http or https`);
  }
  return plain;
}

function networkOf(text: string): Network {
  const network = readNetwork(text);
  if (network === undefined) throw new EndpointGuardError(hostProblem(text));
  return network;
}

function invalid(problem: string): EndpointCheck {
  return { ok: false, error: 'invalid_endpoint', problem };
}
