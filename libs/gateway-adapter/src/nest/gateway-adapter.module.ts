import {
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { createGateway } from '../adapters/gateway.js';
import type { Gateway } from '../adapters/gateway-types.js';
import { RouterClient } from '../adapters/router-client.js';
import {
  ConfigurableModuleClass,
  GATEWAY,
  type GatewayAdapterModuleOptions,
  MODULE_OPTIONS_TOKEN,
} from './gateway-adapter.module-definition.js';
import { protectedSubjects } from './protected-subject.js';

/**
 * Provides the {@link Gateway} under {@link GATEWAY}, and makes `@RouterProtected` work: `GatewayAdapterModule.forRoot({ nats })`,
 * or `forRootAsync`. It follows the router's load from the application's start to its end, for all subjects that
 * `@RouterProtected` names. Provides the gateway's {@link RouterClient} as well, which asks without admission. Global, unless
 * `isGlobal` is false.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: GATEWAY,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: GatewayAdapterModuleOptions) => createGateway(options),
    },
    {
      provide: RouterClient,
      inject: [GATEWAY],
      useFactory: ({ router }: Gateway) => router,
    },
  ],
  exports: [GATEWAY, RouterClient],
})
export class GatewayAdapterModule
  extends ConfigurableModuleClass
  implements OnApplicationBootstrap, OnApplicationShutdown
{
  constructor(
    @Inject(GATEWAY) private readonly gateway: Pick<Gateway, 'start' | 'stop' | 'admission'>,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
  ) {
    super();
  }

  /** @throws RangeError when a handler names a subject that cannot be one. */
  onApplicationBootstrap(): void {
    for (const subject of protectedSubjects(this.discovery)) this.gateway.admission(subject);
    this.gateway.start();
  }

  /** Runs when the HTTP server has closed: what was accepted has been answered or is about to be. */
  async onApplicationShutdown(): Promise<void> {
    await this.gateway.stop();
  }
}
