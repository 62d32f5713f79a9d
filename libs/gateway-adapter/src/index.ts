// Asking the router
/** @public What a gateway without HTTP routes of its own imports. */
export { RouterClient } from './adapters/router-client.js';
/** @public */
export type { NatsSource, RouterClientOptions } from './adapters/router-client.js';
/** @public */
export type { RouterCall } from './adapters/router-call.js';
/** @public */
export type { RefusedByRouter, RouterAnswer, RouterUnavailable } from './core/router-answer.js';

// Serving decide over HTTP, on any server
export { DecideGateway } from './adapters/decide-gateway.js';
export { type ReadOutcome, type ReadRequest, RequestReader } from './adapters/request-reader.js';
export type { HttpHeaders } from './core/check-headers.js';
export {
  type AnswerContext,
  errorAnswer,
  type GatewayFailure,
  type HttpAnswer,
  toHttpAnswer,
} from './core/http-answer.js';

// With Nest
export { GatewayAdapterModule } from './nest/gateway-adapter.module.js';
/** @public */
export type { GatewayAdapterModuleOptions } from './nest/gateway-adapter.module-definition.js';

// Watching it
export type { GatewayEvent, HttpRoute } from './core/gateway.events.js';
