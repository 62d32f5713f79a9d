import { type DynamicModule, Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import type { Registry } from 'prom-client';
import { metricsControllerOf } from './metrics.controller.js';

/** What the metrics page serves. */
export interface MetricsModuleOptions {
  readonly registry: Registry;
  /** Serve the page. Default true. */
  readonly enabled?: boolean;
  /** Add the metrics of the process: memory, event loop, garbage collection. Default true. */
  readonly processMetrics?: boolean;
}

/** Serves `/metrics` and `/_metrics`. */
@Module({})
export class MetricsModule {
  static forRoot({ registry, enabled, processMetrics }: MetricsModuleOptions): DynamicModule {
    if (enabled === false) return { module: MetricsModule };
    const prometheus = PrometheusModule.register({
      path: '/',
      controller: metricsControllerOf(registry),
      defaultMetrics: { enabled: processMetrics !== false, config: { register: registry } },
    });
    return { module: MetricsModule, imports: [prometheus] };
  }
}
