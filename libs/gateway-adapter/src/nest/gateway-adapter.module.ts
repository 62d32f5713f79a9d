import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DecideGateway } from '../adapters/decide-gateway.js';
import { RouterClient } from '../adapters/router-client.js';
import {
  ConfigurableModuleClass,
  type GatewayAdapterModuleOptions,
  MODULE_OPTIONS_TOKEN,
} from './gateway-adapter.module-definition.js';

/** Provides {@link RouterClient} and {@link DecideGateway}: `GatewayAdapterModule.forRoot({ nats })`, or `forRootAsync`. */
@Module({
  providers: [
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
  exports: [RouterClient, DecideGateway],
})
export class GatewayAdapterModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(RouterClient) private readonly router: RouterClient) {
    super();
  }

  /** Runs when the HTTP server has closed: what was accepted has been answered or is about to be. */
  async onApplicationShutdown(): Promise<void> {
    await this.router.close();
  }
}
