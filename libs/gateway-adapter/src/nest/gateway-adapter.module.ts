import {
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DecideGateway } from '../adapters/decide-gateway.js';
import { createGateway } from '../adapters/gateway.js';
import type { Gateway } from '../adapters/gateway-types.js';
import { RouterClient } from '../adapters/router-client.js';
import {
  ConfigurableModuleClass,
  GATEWAY,
  type GatewayAdapterModuleOptions,
  MODULE_OPTIONS_TOKEN,
} from './gateway-adapter.module-definition.js';

/**
 * Provides the {@link Gateway} under {@link GATEWAY}, and makes `@RouterProtected` work: `GatewayAdapterModule.forRoot({ nats })`,
 * or `forRootAsync`. It follows the router's load from the application's start to its end. Provides {@link RouterClient}
 * and {@link DecideGateway} as well, which ask without admission. Global, unless `isGlobal` is false.
 */
@Module({
  providers: [
    {
      provide: GATEWAY,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: GatewayAdapterModuleOptions) => createGateway(options),
    },
    {
      provide: RouterClient,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ nats, router, observe }: GatewayAdapterModuleOptions) =>
        new RouterClient(nats, router, observe),
    },
    {
      provide: DecideGateway,
      inject: [RouterClient],
      useFactory: (router: RouterClient) => new DecideGateway(router),
    },
  ],
  exports: [GATEWAY, RouterClient, DecideGateway],
})
export class GatewayAdapterModule
  extends ConfigurableModuleClass
  implements OnApplicationBootstrap, OnApplicationShutdown
{
  constructor(
    @Inject(GATEWAY) private readonly gateway: Pick<Gateway, 'start' | 'stop'>,
    @Inject(RouterClient) private readonly router: Pick<RouterClient, 'close'>,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.gateway.start();
  }

  /** Runs when the HTTP server has closed: what was accepted has been answered or is about to be. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.gateway.stop(), this.router.close()]);
  }
}
