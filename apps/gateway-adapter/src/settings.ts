import type { GatewayConfig } from '@beamline/config';
import type { RouterClientOptions } from '@beamline/gateway-adapter';

// What each part wants, cut out of the configuration. Pure: the wiring is in app.module.ts.

/** How the router is asked. */
export function routerOptionsOf(config: GatewayConfig): RouterClientOptions {
  return {
    decideSubject: config.routerDecideSubject,
    timeoutMs: config.routerRequestTimeoutMs,
    maxReplyBytes: config.natsMaxPayloadSize,
  };
}
