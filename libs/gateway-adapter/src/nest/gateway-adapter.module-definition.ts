import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { Observer } from '@beamline/kernel';
import type { NatsSource, RouterClientOptions } from '../adapters/router-client.js';
import type { GatewayEvent } from '../core/gateway.events.js';

/** What a gateway gives to its adapter. */
export interface GatewayAdapterModuleOptions {
  /** The connection to NATS. The module never closes it. */
  readonly nats: NatsSource;
  readonly router?: RouterClientOptions;
  /** Hears of every request to the router. Default: nobody. */
  readonly observe?: Observer<GatewayEvent>;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<GatewayAdapterModuleOptions>({ moduleName: 'GatewayAdapter' })
    .setClassMethodName('forRoot')
    .build();

/** The token of the module's `Gateway`, for `app.get(GATEWAY)`; constructors say `@InjectGateway()`. */
export const GATEWAY = Symbol('beamline:gateway');
