import { ALERT_SUBJECTS, alertDocument, kvKey, SUBJECTS } from '@beamline/contracts/core';
import type { AckedPublisher, NatsLink } from '@beamline/jetstream';
import { ignoreEvents, type Observer } from '@beamline/kernel';
import type { OverloadAlert, OverloadEvent } from '../core/index.js';
import { Outbox, type Sending, sendingOf } from './outbox.js';

/** Settings of {@link AlertPublisher}. */
export interface AlertPublisherOptions {
  /** Alerts that wait at most while NATS is away; the oldest goes first. Default 100. */
  readonly capacity?: number;
  readonly observe?: Observer<OverloadEvent>;
}

/**
 * Publishes alerts for whoever listens (`beamline.alert.v1.<severity>`), and keeps them in the stream of events. While
 * NATS is away they wait, in their order. Where only the stream is away, those who listen hear them all the same.
 */
export class AlertPublisher {
  readonly #outbox: Outbox<OverloadAlert>;
  readonly #capacity: number;
  readonly #untold: OverloadAlert[] = [];

  constructor(
    private readonly link: NatsLink,
    private readonly publisher: AckedPublisher,
    { capacity = 100, observe = ignoreEvents }: AlertPublisherOptions = {},
  ) {
    this.#capacity = capacity;
    this.#outbox = new Outbox({
      capacity,
      send: (alert) => this.#keep(alert),
      onLost: (count) => observe({ type: 'history-lost', count }),
    });
  }

  /** Alerts that are not kept yet. */
  get waiting(): number {
    return this.#outbox.waiting;
  }

  /** Never waits. */
  publish(alert: OverloadAlert): void {
    if (this.#untold.length >= this.#capacity) this.#untold.shift();
    this.#untold.push(alert);
    this.#tell();
    this.#outbox.add(alert);
  }

  /** Publishes what waits within `withinMs` (default 1 000). */
  async stop(withinMs: number = 1_000): Promise<void> {
    await this.#outbox.stop(this.link.isConnected ? withinMs : 0);
  }

  #tell(): void {
    const { connection, isConnected } = this.link;
    if (connection === undefined || !isConnected) return;
    // A connection that is being closed refuses: the next one is tried.
    if (connection.isDraining() || connection.isClosed()) return;
    for (const alert of this.#untold.splice(0)) {
      connection.publish(ALERT_SUBJECTS[alert.severity], payloadOf(alert));
    }
  }

  async #keep(alert: OverloadAlert): Promise<Sending> {
    this.#tell();
    if (!this.link.isConnected) return 'away';
    const msgId = `${alert.alertName}-${alert.state}-${alert.atMs}-${kvKey(alert.subject)}`;
    const stored = await this.publisher.publish(SUBJECTS.alertEvents, payloadOf(alert), { msgId });
    return sendingOf(stored);
  }
}

function payloadOf(alert: OverloadAlert): string {
  return JSON.stringify(alertDocument(alert));
}
