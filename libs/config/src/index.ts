// Reading the configuration, once, at start.
export { loadGatewayConfig, loadRouterConfig } from './adapters/load-config.js';
export type { GatewayApiKey } from './adapters/gateway-access.keys.js';
export type { GatewayConfig } from './adapters/gateway.keys.js';
export type { RouterConfig } from './adapters/router.keys.js';
export type { Environment } from './adapters/sources.js';

// Telling what is wrong with it, and what it is.
export { ConfigError, type ConfigProblem } from './core/config-error.js';
export { describeConfig } from './adapters/describe-config.js';
