import { GatewayAdapterModule } from '@beamline/gateway-adapter';
import { MetricsModule } from '@beamline/metrics';
import { HealthModule } from '@beamline/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { AppParts } from './app-parts.js';
import { BackpressureController } from './backpressure/backpressure.controller.js';
import { DecideController } from './decide/decide.controller.js';
import { edgeProviders } from './edge.providers.js';
import { GatewayExceptionFilter } from './http/gateway-exception.filter.js';
import { messageProviders } from './messages/message.providers.js';
import { MessagesController } from './messages/messages.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { OpenApiPage } from './openapi/openapi-page.js';
import { ExtensionsController } from './registry/extensions.controller.js';
import { PoliciesController } from './registry/policies.controller.js';
import { loadOptionsOf } from './settings.js';

/** The composition root: what the gateway consists of, and who observes whom. */
@Module({})
export class AppModule {
  static of(parts: AppParts): DynamicModule {
    const { config, link, registry, readiness, observe } = parts;
    return {
      module: AppModule,
      imports: [
        GatewayAdapterModule.forRoot({ nats: link, ...loadOptionsOf(config), observe }),
        MetricsModule.forRoot({ registry }),
        HealthModule.forRoot(readiness),
      ],
      controllers: [
        DecideController,
        MessagesController,
        PoliciesController,
        ExtensionsController,
        BackpressureController,
        OpenApiController,
      ],
      providers: [
        { provide: APP_FILTER, useClass: GatewayExceptionFilter },
        OpenApiPage,
        ...edgeProviders(parts),
        ...messageProviders(parts),
      ],
    };
  }
}
