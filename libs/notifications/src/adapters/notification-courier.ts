import type { GatewayNotificationDocument } from '@beamline/contracts/core';
import type { Delivery, GatewayEndpoint } from '../core/index.js';

/** Brings notifications to endpoints. One that is slow or dead delays no other. */
export interface NotificationCourier {
  /**
   * Hands a notification over; never waits and never throws. Of what waits for an endpoint, only the newest of each
   * subject counts.
   */
  send(endpoint: GatewayEndpoint, notification: GatewayNotificationDocument): void;
  /** Drops what waits and what is known of an endpoint that is no longer registered. */
  forget(endpointId: string): void;
  /** What became of the last deliveries to an endpoint, newest first. Empty for one that is not known. */
  deliveries(endpointId: string): readonly Delivery[];
  /** Starts nothing any more, and resolves when what is under way has ended or was cut off. */
  stop(): Promise<void>;
}
