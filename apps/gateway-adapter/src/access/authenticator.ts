import type { HttpHeaders } from '@beamline/gateway-adapter';
import type { ApiKeys } from './api-keys.js';
import { ANONYMOUS } from './caller.js';
import type { Identity } from './identity.js';
import type { TokenVerifier } from './token-verifier.js';

/** How callers are recognised. */
export interface AuthenticatorOptions {
  /** Refuse whoever does not say who it is. */
  readonly required: boolean;
  readonly apiKeys: ApiKeys;
  /** `undefined`: tokens are not taken. */
  readonly tokens: TokenVerifier | undefined;
}

/** What a request brought to show who makes it. */
type Credential =
  | { readonly kind: 'none' | 'unreadable' }
  | { readonly kind: 'key' | 'token'; readonly value: string };

const BEARER = /^Bearer +(\S+)$/i;
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const NOBODY: Identity = { ok: true, caller: ANONYMOUS };
const WRONG_KEY: Identity = { ok: false, reason: 'wrong', message: 'the key is not known' };
const SAY_WHO = 'say who you are: x-api-key: <key>, or authorization: Bearer <key or token>';
const MISSING: Identity = { ok: false, reason: 'missing', message: SAY_WHO };
const UNREADABLE: Identity = { ok: false, reason: 'wrong', message: SAY_WHO };

/** Finds out who makes a request. Who says something wrong is refused even where nothing need be said. */
export class Authenticator {
  constructor(private readonly options: AuthenticatorOptions) {}

  /** Answers at once wherever no token has to be verified. Never throws or rejects. */
  identify(headers: HttpHeaders): Identity | Promise<Identity> {
    const { required, apiKeys, tokens } = this.options;
    // With nobody to recognise, what is said means nothing: the header may be another service's.
    if (!apiKeys.inUse && tokens === undefined) return required ? MISSING : NOBODY;
    const credential = credentialOf(headers);
    switch (credential.kind) {
      case 'none':
        return required ? MISSING : NOBODY;
      case 'unreadable':
        return UNREADABLE;
      case 'key':
        return this.#byKey(credential.value);
      case 'token':
        return tokens === undefined
          ? this.#byKey(credential.value)
          : tokens.verify(credential.value);
    }
  }

  #byKey(key: string): Identity {
    const caller = this.options.apiKeys.find(key);
    return caller === undefined ? WRONG_KEY : { ok: true, caller };
  }
}

/** Whether a request brings something to show who makes it, be it right or wrong. */
export function bringsCredential(headers: HttpHeaders): boolean {
  return credentialOf(headers).kind !== 'none';
}

function credentialOf(headers: HttpHeaders): Credential {
  const key = headers['x-api-key'] ?? '';
  if (typeof key !== 'string') return { kind: 'unreadable' };
  return key === '' ? authorizationOf(headers['authorization'] ?? '') : { kind: 'key', value: key };
}

function authorizationOf(header: string | readonly string[]): Credential {
  if (header === '') return { kind: 'none' };
  const [, value] = (typeof header === 'string' && BEARER.exec(header)) || [];
  if (value === undefined) return { kind: 'unreadable' };
  return { kind: TOKEN.test(value) ? 'token' : 'key', value };
}
