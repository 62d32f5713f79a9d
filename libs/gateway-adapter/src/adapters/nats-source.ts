import type { NatsConnection } from '@nats-io/transport-node';

/**
 * Where a connection to NATS is found that comes and goes. Whoever makes the connection sets `maxReconnectAttempts: -1`: by
 * default it is closed for good after ten attempts, which take about twenty seconds.
 */
export interface NatsSource {
  /** `undefined` until the first connection stands. */
  readonly connection: NatsConnection | undefined;
  /** Whether it is up right now. Drops are noticed besides. */
  readonly isConnected: boolean;
}

const NOWHERE: NatsSource = { connection: undefined, isConnected: false };

/** A connection as a source of itself; `undefined`: there is no NATS. */
export function natsSourceOf(nats: NatsSource | NatsConnection | undefined): NatsSource {
  if (nats === undefined) return NOWHERE;
  return 'isConnected' in nats ? nats : { connection: nats, isConnected: true };
}
