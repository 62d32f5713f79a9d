// Counting: observers of facts, and the page that shows them.
export { Registry } from 'prom-client';
export {
  routerMetrics,
  type RouterMetrics,
  type RouterMetricsOptions,
} from './adapters/router-metrics.js';
export { gatewayMetrics, type GatewayMetrics } from './adapters/gateway.metrics.js';
export { MetricsModule, type MetricsModuleOptions } from './nest/metrics.module.js';

// Checking a page, in tests.
export { metricsPageProblems } from './core/metrics-page.js';
