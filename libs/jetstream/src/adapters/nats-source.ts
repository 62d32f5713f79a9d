import type { NatsConnection } from '@nats-io/transport-node';

/** What the stores need of the link to NATS: the connection once there is one, and whether it stands right now. */
export interface NatsSource {
  /** Settles with the first connection; pending for as long as NATS has never been reached. */
  readonly ready: Promise<NatsConnection>;
  /** The connection, also while it reconnects; `undefined` before the first one. */
  readonly connection: NatsConnection | undefined;
  readonly isConnected: boolean;
}
