// Asking the router
/** @public What a gateway without HTTP routes of its own imports. */
export { RouterClient, type RouterClientOptions } from './adapters/router-client.js';
/** @public */
export type { NatsSource } from './adapters/nats-source.js';
/** @public */
export { GrpcRouterClient, type GrpcRouterClientOptions } from './adapters/grpc-router-client.js';
/** @public */
export type { RouterCall } from './adapters/router-call.js';
export { type CallerWish, readWish, type WishRules } from './adapters/caller-wish.js';
/** @public */
export type { RefusedByRouter, RouterAnswer, RouterUnavailable } from './core/router-answer.js';

// Serving decide over HTTP, on any server
export { type ReadOutcome, type ReadRequest, RequestReader } from './adapters/request-reader.js';
export type { HttpHeaders } from './core/check-headers.js';
export {
  type AnswerContext,
  errorAnswer,
  type GatewayFailure,
  type HttpAnswer,
  toHttpAnswer,
} from './core/http-answer.js';

// A gateway that knows the router's load
/** @public */
export { createGateway } from './adapters/gateway.js';
/** @public What a gateway team builds on. */
export type {
  DecideCall,
  DecideOutcome,
  EntryRequest,
  Gateway,
  GatewayEntry,
  GatewayOptions,
  GatewayTicket,
  RouterPort,
  SubjectGate,
} from './adapters/gateway-types.js';
/** @public */
export type { GatewayRefusal, GrpcFailure } from './adapters/gateway-refusal.js';
/** @public */
export type { RetryingClientOptions } from './adapters/retrying-client.js';
/** @public */
export type { StatusClientOptions } from './adapters/status-client.js';
/** @public */
export type { WebhookReceiverOptions } from './adapters/webhook-receiver.js';

// With Nest
export { GatewayAdapterModule } from './nest/gateway-adapter.module.js';
export { GATEWAY } from './nest/gateway-adapter.module-definition.js';
/** @public */
export type { GatewayAdapterModuleOptions } from './nest/gateway-adapter.module-definition.js';

// Watching it
export type { EdgeEvent, StreamEnd } from './core/edge.events.js';
export type { GatewayEvent, HttpRoute } from './core/gateway.events.js';
