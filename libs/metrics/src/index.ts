// Counting: observers of facts, and the page that shows them.
export { Registry } from 'prom-client';
export {
  routerMetrics,
  type RouterMetrics,
  type RouterMetricsOptions,
} from './adapters/router-metrics.js';
export { gatewayMetrics } from './adapters/gateway.metrics.js';
export { MetricsModule, type MetricsModuleOptions } from './nest/metrics.module.js';

// Checking a page, in tests.
export { metricsPageProblems } from './core/metrics-page.js';

// Logging.
export {
  createLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from './adapters/logger.js';
export type { Sink } from './adapters/sinks.js';
export { PinoNestLogger } from './nest/nest-logger.js';
export { logGatewayEvents } from './adapters/gateway.log.js';
export { logIntakeEvents } from './adapters/intake.log.js';
export { logNatsEvents } from './adapters/nats.log.js';
export { logNotificationEvents } from './adapters/notification.log.js';
export { logOverloadEvents } from './adapters/overload.log.js';
export { logPolicyEvents } from './adapters/policy.log.js';
