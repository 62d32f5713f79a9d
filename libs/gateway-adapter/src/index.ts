// Asking the router
export {
  type NatsSource,
  RouterClient,
  type RouterClientOptions,
} from './adapters/router-client.js';
export type { RouterCall } from './adapters/router-call.js';
export type { RefusedByRouter, RouterAnswer, RouterUnavailable } from './core/router-answer.js';

// Serving decide over HTTP, on any server
export { DecideGateway } from './adapters/decide-gateway.js';
export type { HttpHeaders } from './core/check-headers.js';
export type { GatewayFailure, HttpAnswer } from './core/http-answer.js';

// With Nest
export { GatewayAdapterModule } from './nest/gateway-adapter.module.js';
export type { GatewayAdapterModuleOptions } from './nest/gateway-adapter.module-definition.js';

// Watching it
export type {
  GatewayEvent,
  HttpRoute,
  RouterOperation,
  RouterOutcome,
} from './core/gateway.events.js';
