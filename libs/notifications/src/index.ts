// Telling gateways
export { Notifier } from './adapters/notifier.js';
export type { NotifierOptions } from './adapters/notifier-options.js';
export type { LoadSource } from './adapters/load-source.js';
export type { NotificationCourier } from './adapters/notification-courier.js';

// Who is told
export {
  type EndpointListener,
  GatewayRegistry,
  type Registration,
  type Unregistration,
} from './adapters/gateway-registry.js';
export type {
  EndpointVerdict,
  GatewayRegistryOptions,
} from './adapters/gateway-registry-options.js';
export type { EndpointChange } from './adapters/endpoint-shelf.js';
export type { RegistryProblem } from './adapters/registry-problems.js';

// What may be called
export {
  type EndpointCheck,
  EndpointGuard,
  type EndpointGuardOptions,
} from './adapters/endpoint-guard.js';

// Bringing it to them
export { WebhookCourier } from './adapters/webhook-courier.js';
export type { WebhookCourierOptions } from './adapters/webhook-courier-options.js';
export { readAuthorities } from './adapters/read-authorities.js';
export { DeliveryExchange, type DeliveryExchangeOptions } from './adapters/delivery-exchange.js';
