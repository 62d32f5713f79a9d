import type { GatewayConfig } from '@beamline/config';
import type { RouterClientOptions } from '@beamline/gateway-adapter';
import type { NatsLinkOptions } from '@beamline/jetstream';

// What each part wants, cut out of the configuration. Pure: the wiring is in app.module.ts.

/** The connection to NATS. */
export function linkOptionsOf(config: GatewayConfig): NatsLinkOptions {
  return {
    name: 'gateway-adapter',
    servers: config.natsUrl.split(','),
    connectTimeoutMs: config.natsConnectTimeoutMs,
    reconnectDelayMs: config.natsReconnectDelayMs,
    maxReconnectDelayMs: config.natsMaxReconnectDelayMs,
    credentials: {
      ...(config.natsJwt !== undefined && { jwt: config.natsJwt }),
      ...(config.natsNkey !== undefined && { nkeySeed: config.natsNkey }),
      ...(config.natsUsername !== undefined && { username: config.natsUsername }),
      ...(config.natsPassword !== undefined && { password: config.natsPassword }),
    },
    ...(config.natsTlsEnabled && {
      tls: {
        verify: config.natsTlsVerify,
        ...(config.natsTlsCaFile !== undefined && { caFile: config.natsTlsCaFile }),
        ...(config.natsTlsCertFile !== undefined && { certFile: config.natsTlsCertFile }),
        ...(config.natsTlsKeyFile !== undefined && { keyFile: config.natsTlsKeyFile }),
      },
    }),
  };
}

/** How the router is asked. */
export function routerOptionsOf(config: GatewayConfig): RouterClientOptions {
  return {
    decideSubject: config.routerDecideSubject,
    timeoutMs: config.routerRequestTimeoutMs,
    maxReplyBytes: config.natsMaxPayloadSize,
  };
}
