import type { Observer } from '@beamline/kernel';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { IntakeEvent } from '../core/intake.events.js';
import type { NatsEvent } from '../core/nats.events.js';
import { InboundRequest } from './inbound-request.js';
import { natsFailureOf } from './nats-failure.js';
import type { NatsLink } from './nats-link.js';
import { isReply, type Reply, respond } from './reply.js';

/** A subject and who answers it. */
export interface RequestRoute {
  /** May hold wildcards. */
  readonly subject: string;
  readonly queue: string;
  /** Served beyond `maxInFlight` too. Default false. */
  readonly isExempt?: boolean;
  readonly handle: (message: InboundRequest) => Reply | Promise<Reply>;
}

/** What a {@link RequestResponder} needs to know of its surroundings. */
export interface RequestResponderOptions {
  /** Requests under way at once whose answer is a promise. Default 10 000. */
  readonly maxInFlight?: number;
  /** The answer at that bound: given at once, without calling the handler. */
  readonly onOverflow: (message: InboundRequest) => Reply;
  /** The answer when a handler throws. */
  readonly onError: (error: unknown, message: InboundRequest) => Reply;
  readonly observe: Observer<NatsEvent>;
  readonly observeIntake: Observer<IntakeEvent>;
}

/**
 * Answers requests over core NATS, as close to the driver as it gets: one callback per request, and no promise where
 * the handler answers with a plain value.
 *
 * An answer that becomes ready while the connection is down is dropped and reported (`reply-failed`): the driver would
 * keep it in a buffer without bound, throw that buffer away at its next connection attempt, and whoever asked has
 * lost its inbox with the same server.
 */
export class RequestResponder {
  readonly #maxInFlight: number;
  #connection: NatsConnection | undefined;
  #subscriptions: Subscription[] = [];
  #endWatch: (() => void) | undefined;
  #inFlight = 0;
  #wakeIdle: (() => void) | undefined;

  constructor(
    private readonly link: NatsLink,
    private readonly routes: readonly RequestRoute[],
    private readonly options: RequestResponderOptions,
  ) {
    this.#maxInFlight = options.maxInFlight ?? 10_000;
  }

  /** Requests whose answer is still a promise. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether requests can reach the handlers now. */
  get isListening(): boolean {
    return this.link.isConnected && this.#subscriptions.some((held) => !held.isClosed());
  }

  /** Subscribes as soon as there is a connection, and again on each fresh one. */
  start(): void {
    this.#endWatch ??= this.link.watch((state, connection) => {
      // The driver renews subscriptions of a connection that comes back; a fresh connection knows none.
      if (state === 'connected' && connection !== this.#connection) this.#subscribe(connection);
    });
  }

  /** Takes no more requests and waits up to `graceMs` for the answers under way. @returns How many it gave up on. */
  async stop(graceMs: number): Promise<number> {
    this.#endWatch?.();
    const isUp = this.link.isConnected;
    const held = this.#subscriptions;
    this.#subscriptions = [];
    await Promise.race([
      Promise.allSettled(held.map((each) => endSubscription(each, isUp))),
      this.#delay(graceMs),
    ]);
    if (this.#inFlight > 0) await Promise.race([this.#idle(), this.#delay(graceMs)]);
    return this.#inFlight;
  }

  #subscribe(connection: NatsConnection): void {
    this.#connection = connection;
    this.#subscriptions = this.routes.map((route) => {
      const fixedSubject = /[*>]/.test(route.subject) ? undefined : route.subject;
      return connection.subscribe(route.subject, {
        queue: route.queue,
        callback: (error, message) => {
          if (error) this.#refused(error);
          else this.#take(message, route, fixedSubject ?? message.subject);
        },
      });
    });
    this.options.observe({ type: 'subscribed' });
  }

  #refused(error: Error): void {
    this.options.observe({
      type: 'subscribe-failed',
      reason: natsFailureOf(error),
      message: error.message,
    });
  }

  #take(message: Msg, route: RequestRoute, subject: string): void {
    const request = new InboundRequest(message, subject);
    if (this.#inFlight >= this.#maxInFlight && route.isExempt !== true) {
      this.#send(message, request, this.options.onOverflow(request));
      return;
    }
    let result: Reply | Promise<Reply>;
    try {
      result = route.handle(request);
    } catch (error) {
      this.#fail(message, request, error);
      return;
    }
    if (isReply(result)) this.#send(message, request, result);
    else this.#sendLater(message, request, result);
  }

  #sendLater(message: Msg, request: InboundRequest, result: Promise<Reply>): void {
    this.#inFlight += 1;
    result.then(
      (reply) => {
        this.#leave();
        this.#send(message, request, reply);
      },
      (error: unknown) => {
        this.#leave();
        this.#fail(message, request, error);
      },
    );
  }

  #leave(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#wakeIdle?.();
  }

  #fail(message: Msg, request: InboundRequest, error: unknown): void {
    this.options.observeIntake({
      type: 'handler-failed',
      subject: request.subject,
      error: String(error),
    });
    this.#send(message, request, this.options.onError(error, request));
  }

  #send(message: Msg, request: InboundRequest, reply: Reply): void {
    if (!this.link.isConnected) {
      this.options.observeIntake({ type: 'reply-failed', subject: request.subject });
      return;
    }
    try {
      respond(message, reply);
    } catch (error) {
      // Too large for the server, or not a reply at all: say so instead, once.
      this.#sendInstead(message, request, error);
    }
  }

  #sendInstead(message: Msg, request: InboundRequest, error: unknown): void {
    this.options.observeIntake({ type: 'reply-failed', subject: request.subject });
    try {
      respond(message, this.options.onError(error, request));
    } catch {
      // Nothing can be sent to this requester; the fact was reported above.
    }
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeIdle = resolve;
    });
  }

  #delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, ms).unref();
    });
  }
}

async function endSubscription(subscription: Subscription, isUp: boolean): Promise<void> {
  if (isUp) await subscription.drain();
  else subscription.unsubscribe();
}
