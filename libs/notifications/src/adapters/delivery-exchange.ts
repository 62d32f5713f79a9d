import { readJson, SUBJECTS } from '@beamline/contracts/core';
import type { NatsLink } from '@beamline/jetstream';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Delivery } from '../core/delivery-log.js';
import { newestDeliveries, readDeliveries } from '../core/read-deliveries.js';

/** Settings of {@link DeliveryExchange}. */
export interface DeliveryExchangeOptions {
  readonly link: NatsLink;
  /** What this replica knows of its deliveries to an endpoint, newest first. Must not throw. */
  readonly local: (endpointId: string) => readonly Delivery[];
  /** Where replicas ask each other. Default `beamline.gateway.v1.deliveries`. */
  readonly subject?: string;
  /** How long others may take to answer, in milliseconds. Default 500. */
  readonly waitMs?: number;
  /** Deliveries told of one endpoint, the newest. Default 20. */
  readonly count?: number;
}

const MAX_ANSWER_BYTES = 262_144;
const MAX_ID_BYTES = 64;

/**
 * Knows what became of the deliveries to an endpoint, whichever replica made them: only the one that leads tells
 * gateways, and anyone may be asked.
 */
export class DeliveryExchange {
  readonly #subject: string;
  #connection: NatsConnection | undefined;
  #subscription: Subscription | undefined;
  #endWatch: (() => void) | undefined;

  constructor(private readonly options: DeliveryExchangeOptions) {
    this.#subject = options.subject ?? SUBJECTS.gatewayDeliveries;
  }

  /** Begins to answer others, as soon as NATS is there. A second call does nothing. */
  start(): void {
    this.#endWatch ??= this.options.link.watch((state, connection) => {
      if (state === 'connected') this.#listen(connection);
    });
  }

  /** Answers no more. */
  stop(): void {
    this.#endWatch?.();
    if (this.#subscription?.isClosed() === false) this.#subscription.unsubscribe();
  }

  /**
   * The last deliveries to an endpoint, newest first. Whoever does not answer in time is left out. Never rejects.
   * @param replicas How many replicas there are, this one included.
   */
  async deliveries(endpointId: string, replicas: number): Promise<readonly Delivery[]> {
    const { local, count = 20 } = this.options;
    const own = local(endpointId);
    const others = replicas > 1 ? await this.#ask(endpointId, replicas).catch(() => []) : [];
    return newestDeliveries([own, ...others], count);
  }

  /** This replica answers itself as well: what comes twice is told once. */
  async #ask(endpointId: string, replicas: number): Promise<readonly (readonly Delivery[])[]> {
    const { connection, isConnected } = this.options.link;
    if (connection === undefined || !isConnected) return [];
    const answers = await connection.requestMany(this.#subject, endpointId, {
      strategy: 'count',
      maxMessages: replicas,
      maxWait: this.options.waitMs ?? 500,
    });
    const read: (readonly Delivery[])[] = [];
    for await (const { data } of answers) {
      const json = readJson(data, MAX_ANSWER_BYTES);
      if (json.ok) read.push(readDeliveries(json.value));
    }
    return read;
  }

  #listen(connection: NatsConnection): void {
    // The driver renews the subscription of a connection that comes back.
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.#subscription = connection.subscribe(this.#subject, {
      callback: (error, message) => {
        if (error === null) this.#answer(message);
      },
    });
  }

  #answer(message: Msg): void {
    if (message.data.length > MAX_ID_BYTES) return;
    message.respond(JSON.stringify(this.options.local(message.string())));
  }
}
