import {
  type Authenticator,
  credsAuthenticator,
  jwtAuthenticator,
  type NodeConnectionOptions,
  nkeyAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';

/** How the connection proves who it is. The first kind that is set counts: JWT, then NKey, then user and password. */
export interface NatsCredentials {
  /** A user JWT, or the text of a creds file with JWT and seed. A bare JWT is signed with `nkeySeed` when that is set. */
  readonly jwt?: string;
  /** An NKey seed (`SU…`). */
  readonly nkeySeed?: string;
  readonly username?: string;
  readonly password?: string;
}

/** How the connection is encrypted. Files are in PEM. */
export interface NatsTls {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  /** Whether the server's certificate must be valid. Default `true`. */
  readonly verify?: boolean;
}

const CREDS_MARK = 'BEGIN NATS USER JWT';

/** Picks the authenticator of the strongest credentials; `undefined` when there are none. */
export function authenticatorOf(credentials: NatsCredentials): Authenticator | undefined {
  const { jwt, nkeySeed, username, password } = credentials;
  const encoder = new TextEncoder();
  if (jwt) {
    if (jwt.includes(CREDS_MARK)) return credsAuthenticator(encoder.encode(jwt));
    return nkeySeed ? jwtAuthenticator(jwt, encoder.encode(nkeySeed)) : jwtAuthenticator(jwt);
  }
  if (nkeySeed) return nkeyAuthenticator(encoder.encode(nkeySeed));
  return username ? usernamePasswordAuthenticator(username, password) : undefined;
}

/** The driver's TLS options. */
export function tlsOptionsOf(tls: NatsTls): NonNullable<NodeConnectionOptions['tls']> {
  return {
    ...(tls.caFile === undefined ? {} : { caFile: tls.caFile }),
    ...(tls.certFile === undefined ? {} : { certFile: tls.certFile }),
    ...(tls.keyFile === undefined ? {} : { keyFile: tls.keyFile }),
    ...(tls.verify === undefined ? {} : { rejectUnauthorized: tls.verify }),
  };
}
