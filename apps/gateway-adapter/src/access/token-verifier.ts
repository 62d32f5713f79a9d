import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { type ClaimNames, readClaims } from './token-claims.js';
import type { Identity } from './identity.js';

/** Where the keys of tokens come from; exactly one of the three. */
export type TokenKeys =
  | { readonly secret: string }
  | { readonly jwks: JSONWebKeySet }
  | {
      readonly jwksUrl: string;
      /** Least time between two fetches for keys that are not known, in milliseconds. Default 30 000. */
      readonly cooldownMs?: number;
      /** How long a fetch may take, in milliseconds. Default 5 000. */
      readonly timeoutMs?: number;
    };

/** Which tokens are believed. */
export interface TokenVerifierOptions {
  readonly keys: TokenKeys;
  /** Default: any. */
  readonly issuer?: string | undefined;
  /** Default: any. */
  readonly audience?: string | undefined;
  readonly claims: ClaimNames;
}

type Key = Uint8Array | JWTVerifyGetKey;

/** Longest token that is looked at, in characters. */
const MAX_TOKEN_LENGTH = 8192;
/** How far the clocks of issuer and gateway may be apart, in seconds. */
const CLOCK_TOLERANCE_S = 5;
/** How long fetched keys count, in milliseconds. */
const KEYS_MAX_AGE_MS = 600_000;
// Never both kinds: a public key must not be taken for a shared secret.
const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const PUBLIC_ALGORITHMS =
  'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** Verifies signed tokens (JWT). Every token must end: one without `exp` is refused. */
export class TokenVerifier {
  readonly #key: Key;
  readonly #rules: JWTVerifyOptions;

  constructor(private readonly options: TokenVerifierOptions) {
    const { keys, issuer, audience } = options;
    this.#key = keyOf(keys);
    this.#rules = {
      algorithms: 'secret' in keys ? SECRET_ALGORITHMS : PUBLIC_ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['exp'],
      ...(issuer !== undefined && { issuer }),
      ...(audience !== undefined && { audience }),
    };
  }

  /** Who the token says its holder is. Never rejects. */
  async verify(token: string): Promise<Identity> {
    if (token.length > MAX_TOKEN_LENGTH) return wrong('the token is too long');
    try {
      const { payload } = await this.#verified(token);
      const read = readClaims(payload, this.options.claims);
      return read.ok ? read : unfit(read.message);
    } catch (error) {
      return failureOf(error);
    }
  }

  #verified(token: string) {
    return typeof this.#key === 'function'
      ? jwtVerify(token, this.#key, this.#rules)
      : jwtVerify(token, this.#key, this.#rules);
  }
}

function keyOf(keys: TokenKeys): Key {
  if ('secret' in keys) return new TextEncoder().encode(keys.secret);
  if ('jwks' in keys) return createLocalJWKSet(keys.jwks);
  return createRemoteJWKSet(new URL(keys.jwksUrl), {
    cooldownDuration: keys.cooldownMs ?? 30_000,
    timeoutDuration: keys.timeoutMs ?? 5000,
    cacheMaxAge: KEYS_MAX_AGE_MS,
  });
}

// The library's own texts may quote the token. It looks at claims only once the signature is verified.
function failureOf(error: unknown): Identity {
  if (error instanceof errors.JWTExpired) return unfit('the token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return unfit(`the claim ${error.claim.slice(0, 64)} of the token is missing or wrong`);
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return wrong('the algorithm of the token is not allowed');
  }
  // Nobody but the issuer's server is to blame when its keys cannot be had.
  if (!isAboutTheToken(error)) {
    return { ok: false, reason: 'unavailable', message: 'the keys of tokens cannot be fetched' };
  }
  return wrong('the token is not valid');
}

function isAboutTheToken(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false;
  // A key server that answers something else than keys is reported as the plain base class.
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}

function wrong(message: string): Identity {
  return { ok: false, reason: 'wrong', message };
}

/** Somebody was given it, so nobody guesses: a client that goes on with a token of yesterday is no attacker. */
function unfit(message: string): Identity {
  return { ok: false, reason: 'unfit', message };
}
