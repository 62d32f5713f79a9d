import { ALERT_SUBJECTS, alertDocument, kvKey, SUBJECTS } from '@beamline/contracts/core';
import type { AckedPublisher, NatsLink } from '@beamline/jetstream';
import { ignoreEvents, type Observer } from '@beamline/kernel';
import type { OverloadAlert, OverloadEvent } from '../core/index.js';
import { Outbox, type Sending } from './outbox.js';

/** Settings of {@link AlertPublisher}. */
export interface AlertPublisherOptions {
  /** Alerts that wait at most while NATS is away; the oldest goes first. Default 100. */
  readonly capacity?: number;
  readonly observe?: Observer<OverloadEvent>;
}

interface Outgoing {
  readonly alert: OverloadAlert;
  isTold: boolean;
}

/**
 * Publishes alerts for whoever listens (`beamline.alert.v1.<severity>`), and keeps them in the stream of events. While
 * NATS is away they wait, in their order.
 */
export class AlertPublisher {
  readonly #outbox: Outbox<Outgoing>;

  constructor(
    private readonly link: NatsLink,
    private readonly publisher: AckedPublisher,
    { capacity = 100, observe = ignoreEvents }: AlertPublisherOptions = {},
  ) {
    this.#outbox = new Outbox({
      capacity,
      send: (outgoing) => this.#send(outgoing),
      onLost: (count) => observe({ type: 'history-lost', count }),
    });
  }

  /** Alerts that are not published and kept yet. */
  get waiting(): number {
    return this.#outbox.waiting;
  }

  /** Never waits. */
  publish(alert: OverloadAlert): void {
    this.#outbox.add({ alert, isTold: false });
  }

  /** Publishes what waits within `withinMs` (default 1 000). */
  async stop(withinMs: number = 1_000): Promise<void> {
    await this.#outbox.stop(this.link.isConnected ? withinMs : 0);
  }

  async #send(outgoing: Outgoing): Promise<Sending> {
    const { connection, isConnected } = this.link;
    if (connection === undefined || !isConnected) return 'away';
    const { alert } = outgoing;
    const payload = JSON.stringify(alertDocument(alert));
    if (!outgoing.isTold) {
      // A connection that is being closed refuses: the next one is tried.
      if (connection.isDraining() || connection.isClosed()) return 'away';
      connection.publish(ALERT_SUBJECTS[alert.severity], payload);
      outgoing.isTold = true;
    }
    const msgId = `${alert.alertName}-${alert.state}-${alert.atMs}-${kvKey(alert.subject)}`;
    const result = await this.publisher.publish(SUBJECTS.alertEvents, payload, { msgId });
    if (result.ok) return 'sent';
    return result.reason === 'connection' ? 'away' : 'failed';
  }
}
