import type { NotificationEvent } from '@beamline/notifications/core';

type Fact<Type extends NotificationEvent['type']> = Extract<NotificationEvent, { type: Type }>;

const DELIVERIES = [
  'notification-delivered',
  'notification-failed',
  'notification-superseded',
] as const;
const PUSHES = [
  'lead-taken',
  'lead-lost',
  'notification-published',
  'notification-unsent',
  'notification-refused',
] as const;

/** How notifications to endpoints ended. */
export type DeliveryFact = Fact<(typeof DELIVERIES)[number]>;
/** Who tells gateways, and what goes out over NATS. */
export type PushFact = Fact<(typeof PUSHES)[number]>;
/** Who is registered. */
export type RegistryFact = Exclude<NotificationEvent, DeliveryFact | PushFact>;

export function isDeliveryFact(event: NotificationEvent): event is DeliveryFact {
  return DELIVERIES.some((type) => type === event.type);
}

export function isPushFact(event: NotificationEvent): event is PushFact {
  return PUSHES.some((type) => type === event.type);
}
