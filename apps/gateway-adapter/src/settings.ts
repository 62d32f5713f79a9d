import type { GatewayConfig } from '@beamline/config';
import type { GatewayOptions, HttpHeaders, RouterClientOptions } from '@beamline/gateway-adapter';
import { bringsCredential } from './access/authenticator.js';
import { knowsCallers } from './access/authenticator-of.js';
import type { GuessGuardOptions } from './limits/guess-guard.js';
import type { RateLimitsOptions } from './limits/rate-limits.js';
import type { MessageBoardOptions } from './messages/message-board.js';
import type { StreamDeskOptions } from './messages/stream-desk.js';
import type { AdminClientOptions } from './registry/admin-client.js';

// What each part wants, cut out of the configuration. Pure: the wiring is in app.module.ts.

/** How the router is asked. */
function routerOptionsOf(config: GatewayConfig): RouterClientOptions {
  return {
    timeoutMs: config.routerRequestTimeoutMs,
    maxReplyBytes: config.natsMaxPayloadSize,
  };
}

/** How the router is spared, and told of, without the connection. */
export function loadOptionsOf(config: GatewayConfig): Omit<GatewayOptions, 'nats'> {
  const { gatewayAdmissionMode: mode, gatewayWebhookSecrets: secrets } = config;
  const bearerToken = config.gatewayWebhookBearerToken;
  return {
    subject: config.routerDecideSubject,
    router: routerOptionsOf(config),
    admission: { mode: mode === 'contract' ? 'contract' : 'credit' },
    refusalStatus: config.backpressureHttpStatus,
    mayRaise: mayRaiseOf(config),
    ...(secrets !== undefined && {
      webhook: { secrets, ...(bearerToken !== undefined && { bearerToken }) },
    }),
  };
}

/**
 * Whether who sent these headers may call its request critical: by its tenant. Where callers can show who they are, the
 * tenant counts only of those who do: whoever shows something wrong, or names a tenant that is not its own, is refused.
 */
export function mayRaiseOf(config: GatewayConfig) {
  const trusted = new Set(config.overloadTrustedTenants);
  const all = trusted.has('*');
  const isShown = knowsCallers(config);
  return (headers: HttpHeaders): boolean => {
    if (isShown && !bringsCredential(headers)) return false;
    const tenant = headers['x-tenant-id'];
    return all || (typeof tenant === 'string' && trusted.has(tenant));
  };
}

/** How often tenants may ask; `undefined`: as often as they like. */
export function rateLimitsOf(config: GatewayConfig): RateLimitsOptions | undefined {
  if (!config.gatewayRateLimitEnabled) return undefined;
  return {
    windowSeconds: config.gatewayRateLimitWindowSeconds,
    maxKeys: config.gatewayRateLimitMaxKeys,
    points: {
      decide: config.gatewayRateLimitDecide,
      messages: config.gatewayRateLimitMessages,
      registry: config.gatewayRateLimitRegistry,
    },
  };
}

/** When an address that tries out keys is blocked. */
export function guessGuardOptionsOf(config: GatewayConfig): Omit<GuessGuardOptions, 'clock'> {
  return {
    maxFailures: config.gatewayAuthMaxFailures,
    blockMs: config.gatewayAuthBlockSeconds * 1000,
  };
}

/** How many messages are remembered, and for how long. */
export function messageBoardOptionsOf(config: GatewayConfig): MessageBoardOptions {
  return { max: config.gatewayMessagesMax, ttlMs: config.gatewayMessagesTtlMs };
}

/** The bounds of event streams. */
export function streamOptionsOf(config: GatewayConfig): StreamDeskOptions {
  return {
    maxStreams: config.gatewayMaxStreams,
    maxStreamsPerTenant: config.gatewayMaxStreamsPerTenant,
    maxMs: config.gatewayStreamMaxMs,
    heartbeatMs: config.gatewayStreamHeartbeatMs,
  };
}

/** How administrators' questions are asked. */
export function adminOptionsOf(config: GatewayConfig): AdminClientOptions {
  return {
    apiKey: config.routerAdminApiKey,
    timeoutMs: config.routerRequestTimeoutMs,
    maxReplyBytes: config.natsMaxPayloadSize,
  };
}
