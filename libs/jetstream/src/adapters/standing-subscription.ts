import type { Observer } from '@beamline/kernel';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NatsEvent } from '../core/nats.events.js';
import { natsFailureOf } from './nats-failure.js';
import type { NatsLink } from './nats-link.js';

/** A message as it came. */
export interface HeardMessage {
  readonly subject: string;
  readonly data: Uint8Array;
}

/** Settings of {@link listenForEver}. */
export interface StandingSubscription {
  /** May have wildcards. */
  readonly subject: string;
  /** Must not throw. */
  readonly hear: (message: HeardMessage) => void;
  readonly observe: Observer<NatsEvent>;
}

/**
 * Listens to a subject on whatever connection the link has. What is published while there is none is not heard.
 * @returns A function that ends it.
 */
export function listenForEver(
  link: NatsLink,
  { subject, hear, observe }: StandingSubscription,
): () => void {
  let current: NatsConnection | undefined;
  let end: (() => void) | undefined;
  const subscribe = (connection: NatsConnection): void => {
    const subscription = connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) return hear({ subject: message.subject, data: message.data });
        const reason = natsFailureOf(error);
        observe({ type: 'subscribe-failed', reason, message: error.message });
      },
    });
    end = () => {
      if (!connection.isClosed()) subscription.unsubscribe();
    };
  };
  const unwatch = link.watch((state, connection) => {
    // The driver renews the subscription of a connection that comes back.
    if (state !== 'connected' || connection === current) return;
    current = connection;
    subscribe(connection);
  });
  return () => {
    unwatch();
    end?.();
  };
}
