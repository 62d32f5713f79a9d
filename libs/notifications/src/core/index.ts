// Endpoints of gateways
export type { EndpointSource, GatewayEndpoint } from './endpoint.js';

// What became of deliveries
export type { Delivery, DeliveryFailure } from './delivery-log.js';

// Facts for observers
export type { NotificationEvent, RegistrationRefusal } from './notifications.events.js';
