import { Controller, Get, Header, mixin, type Type } from '@nestjs/common';
import { Registry } from 'prom-client';

/** Serves a registry under the contract's path and under the older one. */
export function metricsControllerOf(registry: Registry): Type<unknown> {
  @Controller()
  class MetricsController {
    @Get(['metrics', '_metrics'])
    @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
    page(): Promise<string> {
      return registry.metrics();
    }
  }
  return mixin(MetricsController);
}
