import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { MetricsModule, type Registry } from '@beamline/metrics';
import { PolicyModule } from '@beamline/policy';
import { HealthModule, type Readiness } from '@beamline/service';
import { AbortedRequestFilter } from './aborted-request.filter.js';
import { DecideModule } from './decide/decide.module.js';
import { OverloadModule } from './overload/overload.module.js';
import type { Platform } from './platform.js';

/**
 * The wiring of the router: which module stands on what, and who observes whom. Whatever outlives the application
 * (connection, publisher, observers) comes in with the {@link Platform}; the transports are in `strategies.ts`.
 */
@Module({})
export class AppModule {
  static forRoot(platform: Platform, registry: Registry, readiness: Readiness): DynamicModule {
    const { config, link, observers } = platform;
    const storage = { storage: config.jsStorage, replicas: config.jsReplicas };
    return {
      module: AppModule,
      providers: [{ provide: APP_FILTER, useClass: AbortedRequestFilter }],
      imports: [
        MetricsModule.forRoot({ registry, enabled: config.metricsExportEnabled }),
        HealthModule.forRoot(readiness),
        {
          ...PolicyModule.forRoot({
            nats: link,
            policies: {
              ...(config.policiesDir && { seedDir: config.policiesDir }),
              builtinDefault: config.builtinDefaultPolicy,
              maxPolicies: config.policyStoreMaxSize,
              storage,
              observe: observers.policy,
            },
            sticky: {
              enabled: config.stickyStoreEnabled,
              maxPins: config.stickyStoreMaxSize,
              storage,
              observe: observers.policy,
            },
          }),
          // The decision needs the stores, and is a module of its own.
          global: true,
        },
        OverloadModule.forRoot(platform),
        DecideModule.forRoot(platform),
      ],
    };
  }
}
