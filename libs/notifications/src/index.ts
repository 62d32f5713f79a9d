// Telling gateways
export type { LoadSource, RouterLoadLike } from './adapters/load-source.js';
export type { NotificationCourier } from './adapters/notification-courier.js';
