import type { GatewayConfig } from '@beamline/config';
import { GatewayAdapterModule, type GatewayEvent } from '@beamline/gateway-adapter';
import type { NatsLink } from '@beamline/jetstream';
import type { Observer } from '@beamline/kernel';
import { MetricsModule, type Registry } from '@beamline/metrics';
import { HealthModule, type Readiness } from '@beamline/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { DecideController } from './decide/decide.controller.js';
import { GatewayExceptionFilter } from './http/gateway-exception.filter.js';
import { routerOptionsOf } from './settings.js';

/** What the process makes before Nest starts. */
export interface AppParts {
  readonly config: GatewayConfig;
  readonly link: NatsLink;
  readonly registry: Registry;
  readonly readiness: Readiness;
  readonly observe: Observer<GatewayEvent>;
}

/** The composition root: what the gateway consists of, and who observes whom. */
@Module({})
export class AppModule {
  static of({ config, link, registry, readiness, observe }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        GatewayAdapterModule.forRoot({ nats: link, router: routerOptionsOf(config), observe }),
        MetricsModule.forRoot({ registry }),
        HealthModule.forRoot(readiness),
      ],
      controllers: [DecideController],
      providers: [{ provide: APP_FILTER, useClass: GatewayExceptionFilter }],
    };
  }
}
