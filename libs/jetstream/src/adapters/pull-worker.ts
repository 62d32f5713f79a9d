import type { Observer } from '@beamline/kernel';
import { jetstream } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IntakeEvent } from '../core/intake.events.js';
import type { NatsEvent } from '../core/nats.events.js';
import { reconnectDelayMs } from '../core/reconnect-delay.js';
import { InboundJetStreamMessage } from './inbound-jetstream-message.js';
import { messageOf, natsFailureOf } from './nats-failure.js';
import type { NatsLink } from './nats-link.js';
import { PullLoop } from './pull-loop.js';
import { systemRandom } from './random.js';

/** What a {@link PullWorker} is fed from and what it does. */
export interface PullWorkerOptions {
  readonly stream: string;
  readonly durable: string;
  /** Settles one message: ack, nak or term. What it leaves unsettled comes again after the consumer's ack wait. */
  readonly handle: (message: InboundJetStreamMessage) => unknown;
  /** Makes stream and consumer exist. Called before each round of consuming, so also when one was deleted. */
  readonly ensure: (connection: NatsConnection) => Promise<void>;
  /** When a handler throws without having settled. Default: nak for one second. */
  readonly onError?: (error: unknown, message: InboundJetStreamMessage) => void;
  /**
   * Messages asked for ahead. Default 500. What is under way at once is bounded by the consumer's `max_ack_pending`,
   * which the server keeps: it delivers no more until something is settled.
   */
  readonly prefetch?: number;
  /**
   * How many more messages can be worked on now; asked before each request for more. At 0 the worker asks for nothing,
   * and looks again when something is settled, at the latest after 20 ms. Default: no limit but `prefetch`.
   */
  readonly room?: () => number;
  readonly observe: Observer<NatsEvent>;
  readonly observeIntake: Observer<IntakeEvent>;
}

const PACE = { baseMs: 100, maxMs: 5_000 };

/**
 * Keeps a durable consumer consuming for ever: through reconnects, and when consumer or stream are deleted. Pulls what
 * it can work on.
 */
export class PullWorker {
  readonly #stopping = new AbortController();
  #messages: PullLoop | undefined;
  #running: Promise<void> | undefined;
  #endWatch: (() => void) | undefined;
  #inFlight = 0;
  #wakeIdle: (() => void) | undefined;

  constructor(
    private readonly link: NatsLink,
    private readonly options: PullWorkerOptions,
  ) {}

  /** Messages that were handed to the handler and are not through yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether messages flow, or would if there were any. */
  get isConsuming(): boolean {
    return this.#messages !== undefined && this.link.isConnected;
  }

  /** Begins to consume as soon as there is a connection. */
  start(): void {
    this.#running ??= this.#run();
    this.#endWatch ??= this.link.watch((state) => {
      // A fresh round right after a reconnect: the driver's own recovery may sit out a whole pull first.
      if (state === 'connected') this.#messages?.stop();
    });
  }

  /** Asks for no more messages and waits up to `graceMs` for those in hand. @returns How many it gave up on. */
  async stop(graceMs: number): Promise<number> {
    this.#stopping.abort();
    this.#endWatch?.();
    this.#messages?.stop();
    await this.#running;
    if (this.#inFlight > 0) {
      const patience = new AbortController();
      const limit = sleep(graceMs, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([this.#idle(), limit]);
      patience.abort();
    }
    // The last acknowledgements must be out before the link closes.
    if (this.link.isConnected) await this.link.connection?.flush().catch(() => undefined);
    return this.#inFlight;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted;) {
      failures = (await this.#round()) ? 1 : failures + 1;
      if (!signal.aborted) {
        const ms = reconnectDelayMs(failures, PACE, systemRandom);
        await sleep(ms, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Consumes until it ends. @returns Whether it had begun at all. */
  async #round(): Promise<boolean> {
    const { signal } = this.#stopping;
    const connection = await this.#whenConnected();
    if (!connection || signal.aborted) return false;
    try {
      const messages = await this.#consume(connection);
      if (signal.aborted) messages.stop();
      this.#messages = messages;
      this.options.observe({ type: 'subscribed' });
      const failure = await messages.closed;
      if (failure) throw failure;
      return true;
    } catch (error) {
      const hadBegun = this.#messages !== undefined;
      this.options.observe({
        type: 'subscribe-failed',
        reason: natsFailureOf(error),
        message: messageOf(error),
      });
      return hadBegun;
    } finally {
      this.#messages = undefined;
    }
  }

  async #consume(connection: NatsConnection): Promise<PullLoop> {
    const { stream, durable, prefetch = 500, room = unlimited, ensure } = this.options;
    await ensure(connection);
    // Says what is wrong with a consumer that cannot be pulled from, which a request for messages would not.
    await jetstream(connection).consumers.get(stream, durable);
    return new PullLoop(connection, {
      stream,
      durable,
      prefetch,
      room,
      take: (message) => this.#take(message),
      isConnected: () => this.link.isConnected,
    });
  }

  /** The connection once it stands; `undefined` when the worker is stopped first. */
  #whenConnected(): Promise<NatsConnection | undefined> {
    const { signal } = this.#stopping;
    if (this.link.isConnected) return Promise.resolve(this.link.connection);
    return new Promise((resolve) => {
      const finish = (connection?: NatsConnection): void => {
        end();
        signal.removeEventListener('abort', giveUp);
        resolve(connection);
      };
      const giveUp = (): void => finish();
      const end = this.link.watch((state, connection) => {
        if (state === 'connected') finish(connection);
      });
      signal.addEventListener('abort', giveUp);
    });
  }

  #take(driverMessage: Msg): void {
    const message = new InboundJetStreamMessage(driverMessage);
    this.#inFlight += 1;
    let result: unknown;
    try {
      result = this.options.handle(message);
    } catch (error) {
      this.#fail(error, message);
    }
    if (!(result instanceof Promise)) return this.#leave();
    result.catch((error: unknown) => this.#fail(error, message)).finally(() => this.#leave());
  }

  #fail(error: unknown, message: InboundJetStreamMessage): void {
    const { subject } = message;
    this.options.observeIntake({ type: 'handler-failed', subject, error: String(error) });
    if (message.isSettled) return;
    if (this.options.onError) this.options.onError(error, message);
    else message.nak(1_000);
  }

  #leave(): void {
    this.#inFlight -= 1;
    this.#messages?.ask();
    if (this.#inFlight === 0) this.#wakeIdle?.();
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeIdle = resolve;
    });
  }
}

function unlimited(): number {
  return Number.MAX_SAFE_INTEGER;
}
