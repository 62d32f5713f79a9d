import { Type } from '@sinclair/typebox';
import { flag, integer, optionalText } from './key.js';

/** What a caller of the gateway may do, from the least to the most. */
const ROLES = ['anonymous', 'user', 'developer', 'admin'] as const;

/** A key that callers identify themselves with. */
export interface GatewayApiKey {
  readonly key: string;
  readonly role: (typeof ROLES)[number];
  /** The tenants its holder may act for. Absent: all. */
  readonly tenants?: readonly string[];
}

const apiKey = {
  type: 'object',
  required: ['key', 'role'],
  additionalProperties: false,
  properties: {
    key: { type: 'string', pattern: String.raw`^[\x21-\x7e]{16,256}$` },
    role: { type: 'string', enum: ROLES },
    tenants: {
      type: 'array',
      minItems: 1,
      maxItems: 10_000,
      items: { type: 'string', pattern: String.raw`^[\x21-\x2b\x2d-\x7e]{1,256}$` },
    },
  },
};

const identityKeys = {
  gatewayAuthRequired: Type.Optional(
    Type.Boolean({
      about:
        'Refuse callers without an API key or a token. Not set: true where GATEWAY_API_KEYS or a source of keys of tokens is set. `false`: they are anonymous, and may do what a `user` may for any tenant.',
    }),
  ),
  gatewayApiKeys: Type.Optional(
    Type.Unsafe<Readonly<Record<string, GatewayApiKey>>>({
      type: 'object',
      minProperties: 1,
      maxProperties: 10_000,
      additionalProperties: apiKey,
      json: true,
      secret: true,
      about:
        'Callers known by a key, given as `x-api-key` or `authorization: Bearer`, by a name for the log. `role` is `admin`, `developer`, `user` or `anonymous`; without `tenants` a caller may act for all.',
      shape:
        'JSON: {"<name>": {"key": "<16 to 256 printable characters>", "role": "<role>", "tenants": ["<tenant>"]}}',
    }),
  ),
  gatewayAuthMaxFailures: integer(
    { from: 1, to: 1_000_000, byDefault: 30 },
    { about: 'Wrong keys and tokens from one address per minute; then it is blocked.' },
  ),
  gatewayAuthBlockSeconds: integer(
    { from: 1, to: 86_400, byDefault: 300 },
    { about: 'How long such an address is blocked.', unit: 's' },
  ),
};

const tokenKeys = {
  gatewayJwtSecret: optionalText(
    {
      about: 'Secret of tokens signed with HS256, HS384 or HS512. One source of keys at most.',
      secret: true,
      shape: 'a text of 32 to 4096 characters',
    },
    String.raw`^[\s\S]{32,}$`,
  ),
  gatewayJwtJwks: Type.Optional(
    Type.Unsafe<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>({
      type: 'object',
      required: ['keys'],
      properties: {
        keys: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'object' } },
      },
      json: true,
      about: 'Public keys of signed tokens, as a JWK set.',
      shape: 'JSON: {"keys": [<JWK>, …]} with 1 to 100 keys',
    }),
  ),
  gatewayJwtJwksUrl: optionalText(
    {
      about: 'Where those keys are fetched from; asked again at most every 30 s.',
      shape: 'an https URL, or an http URL of this machine',
    },
    String.raw`^(?:https://[^\s@]+|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/[^\s@]*)?)$`,
  ),
  gatewayJwtIssuer: optionalText({ about: 'The `iss` that tokens must have. Not set: any.' }),
  gatewayJwtAudience: optionalText({ about: 'The `aud` that tokens must have. Not set: any.' }),
  gatewayJwtRoleClaim: Type.String({
    default: 'role',
    maxLength: 256,
    minLength: 1,
    about: 'Claim with the role: a text, or a list of which the highest counts. Absent: `user`.',
  }),
  gatewayJwtTenantClaim: Type.String({
    default: 'tenant_id',
    maxLength: 256,
    minLength: 1,
    about:
      'Claim with the tenants its holder may act for: a text, or a list. A token without it may act for all only as `admin`.',
  }),
};

const perWindow = (byDefault: number, what: string) =>
  integer({ from: 1, to: 100_000_000, byDefault }, { about: `${what} per tenant and window.` });

const limitKeys = {
  gatewayRateLimitEnabled: flag(
    false,
    'Limit the requests of each tenant. The contract says true; the router defends itself by what it can do.',
  ),
  gatewayRateLimitWindowSeconds: integer(
    { from: 1, to: 86_400, byDefault: 60 },
    { about: 'Window of the limits; each begins with the first request in it.', unit: 's' },
  ),
  gatewayRateLimitDecide: perWindow(50, 'Decide requests'),
  gatewayRateLimitMessages: perWindow(100, 'Requests about messages'),
  gatewayRateLimitRegistry: perWindow(200, 'Requests about policies and extensions'),
  gatewayRateLimitMaxKeys: integer(
    { from: 1, to: 10_000_000, byDefault: 10_000 },
    { about: 'Tenants and addresses that are counted apart; beyond it they share one count.' },
  ),
};

/** Who may call the gateway, and how often. */
export const gatewayAccessKeys = { ...identityKeys, ...tokenKeys, ...limitKeys };
