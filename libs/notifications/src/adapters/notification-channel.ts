import {
  type GatewayNotificationDocument,
  NOTIFICATION_SUBJECTS,
  notificationSubjectOf,
  readJson,
} from '@beamline/contracts/core';
import type { NatsLink } from '@beamline/jetstream';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import type { HeardNotification } from '../core/notification-sequence.js';
import { readHeard } from '../core/read-heard.js';

/** Who listens on a {@link NotificationChannel}. Calls must not throw. */
export interface ChannelListener {
  /** Told of every notification on NATS, also of own ones. */
  heard(notification: HeardNotification): void;
  /** Told of what is none. */
  refused(problem: string): void;
}

const MAX_BYTES = 65_536;
/** A server ends connections that send it longer lines: 4 096 bytes, of which the command needs some. */
const MAX_SUBJECT_LENGTH = 4_000;

/** Notifications over core NATS: what is a second old is of no use to anybody, so nothing is stored. */
export class NotificationChannel {
  #connection: NatsConnection | undefined;
  #subscription: Subscription | undefined;
  #endWatch: (() => void) | undefined;

  constructor(
    private readonly link: NatsLink,
    private readonly listener: ChannelListener,
  ) {}

  /** Begins to listen, as soon as NATS is there. A second call does nothing. */
  start(): void {
    this.#endWatch ??= this.link.watch((state, connection) => {
      if (state === 'connected') this.#listen(connection);
    });
  }

  /** Listens no more. */
  stop(): void {
    this.#endWatch?.();
    if (this.#subscription?.isClosed() === false) this.#subscription.unsubscribe();
  }

  /** @returns Whether it went out. */
  publish(notification: GatewayNotificationDocument): boolean {
    const { connection, isConnected } = this.link;
    if (connection === undefined || !isConnected) return false;
    // A connection that is being closed refuses: the next one is used.
    if (connection.isDraining() || connection.isClosed()) return false;
    const subject = notificationSubjectOf(notification.subject);
    if (subject.length > MAX_SUBJECT_LENGTH) return false;
    connection.publish(subject, JSON.stringify(notification));
    return true;
  }

  #listen(connection: NatsConnection): void {
    // The driver renews the subscription of a connection that comes back.
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.#subscription = connection.subscribe(NOTIFICATION_SUBJECTS, {
      callback: (error, message) => {
        if (error) this.listener.refused(`cannot listen: ${error.message}`);
        else this.#hear(message.data);
      },
    });
  }

  #hear(data: Uint8Array): void {
    const json = readJson(data, MAX_BYTES);
    const read = json.ok ? readHeard(json.value) : json;
    if (read.ok) this.listener.heard(read.heard);
    else this.listener.refused(read.problem);
  }
}
