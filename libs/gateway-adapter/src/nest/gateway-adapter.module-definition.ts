import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { GatewayOptions } from '../adapters/gateway-types.js';

/** What a gateway gives to its adapter: the options of its one {@link Gateway}. */
export interface GatewayAdapterModuleOptions extends GatewayOptions {}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<GatewayAdapterModuleOptions>({ moduleName: 'GatewayAdapter' })
    .setClassMethodName('forRoot')
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({
      ...definition,
      global: isGlobal,
    }))
    .build();

/** The token of the module's `Gateway`, for `app.get(GATEWAY)`; constructors say `@InjectGateway()`. */
export const GATEWAY = Symbol('beamline:gateway');
