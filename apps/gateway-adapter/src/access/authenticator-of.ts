import type { GatewayConfig } from '@beamline/config';
import { ApiKeys } from './api-keys.js';
import { Authenticator } from './authenticator.js';
import { type TokenKeys, TokenVerifier } from './token-verifier.js';

/** Whether callers can show who they are. */
export function knowsCallers(config: GatewayConfig): boolean {
  return config.gatewayApiKeys !== undefined || tokenKeysOf(config) !== undefined;
}

/** How the configuration says that callers are recognised. Where they can show who they are, they must, unless it says no. */
export function authenticatorOf(config: GatewayConfig): Authenticator {
  return new Authenticator({
    required: config.gatewayAuthRequired ?? knowsCallers(config),
    apiKeys: new ApiKeys(config.gatewayApiKeys),
    tokens: tokensOf(config),
  });
}

function tokensOf(config: GatewayConfig): TokenVerifier | undefined {
  const keys = tokenKeysOf(config);
  if (keys === undefined) return undefined;
  return new TokenVerifier({
    keys,
    issuer: config.gatewayJwtIssuer,
    audience: config.gatewayJwtAudience,
    claims: { role: config.gatewayJwtRoleClaim, tenant: config.gatewayJwtTenantClaim },
  });
}

function tokenKeysOf(config: GatewayConfig): TokenKeys | undefined {
  const { gatewayJwtSecret, gatewayJwtJwks, gatewayJwtJwksUrl } = config;
  if (gatewayJwtSecret !== undefined) return { secret: gatewayJwtSecret };
  if (gatewayJwtJwks !== undefined) return { jwks: { keys: [...gatewayJwtJwks.keys] } };
  return gatewayJwtJwksUrl === undefined ? undefined : { jwksUrl: gatewayJwtJwksUrl };
}
