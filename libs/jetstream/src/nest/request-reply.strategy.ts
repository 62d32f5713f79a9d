import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { NatsLink } from '../adapters/nats-link.js';
import { isReply, type Reply } from '../adapters/reply.js';
import {
  RequestResponder,
  type RequestResponderOptions,
  type RequestRoute,
} from '../adapters/request-responder.js';
import { type ControllerLookup, plainMethod } from './plain-method.js';
import { plainResult, settledResult } from './plain-result.js';
import { NATS_REQUEST_REPLY } from './request-reply-handler.js';

/** Settings of {@link RequestReplyStrategy}. */
export interface RequestReplyStrategyOptions extends RequestResponderOptions {
  readonly link: NatsLink;
  /** Maps the subject a handler declares to the configured one. Default: as declared. */
  readonly subjectOf?: (declared: string) => string;
  /** Maps the queue group a handler declares to the configured one. Default: as declared. */
  readonly queueOf?: (declared: string) => string;
  /**
   * Finds a controller's instance, usually `(type) => app.get(type, { strict: false })`. When given, handlers that have
   * no enhancer of their own are called straight, without Nest's RPC proxy: global guards, pipes, interceptors and
   * filters are then not run for them. Default: every handler goes through Nest.
   */
  readonly controllerOf?: ControllerLookup;
  /** How long {@link RequestReplyStrategy.close} waits for answers under way, in milliseconds. Default 10 000. */
  readonly closeGraceMs?: number;
}

/** Serves `@RequestReplyHandler` methods over core NATS. */
export class RequestReplyStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = NATS_REQUEST_REPLY;
  #responder: RequestResponder | undefined;

  constructor(private readonly options: RequestReplyStrategyOptions) {
    super();
  }

  /** Requests whose answer is still under way. */
  get inFlight(): number {
    return this.#responder?.inFlight ?? 0;
  }

  /** Whether requests can reach the handlers now. */
  get isListening(): boolean {
    return this.#responder?.isListening ?? false;
  }

  /** Begins to listen. Does not wait for NATS: the subscriptions come with the connection. */
  listen(callback: () => void): void {
    const { link, subjectOf = asDeclared, queueOf = asDeclared } = this.options;
    const routes = [...this.messageHandlers].map(([declared, handler]) => ({
      subject: subjectOf(declared),
      queue: queueOf(String(handler.extras?.['queue'] ?? '')),
      isExempt: handler.extras?.['isExempt'] === true,
      handle: this.#callable(handler),
    }));
    this.#responder = new RequestResponder(link, routes, this.options);
    this.#responder.start();
    callback();
  }

  /** Takes no more requests, and waits for the answers under way. */
  async close(): Promise<void> {
    await this.#responder?.stop(this.options.closeGraceMs ?? 10_000);
  }

  /** There are no transport events: the link's observer hears them. */
  on(): void {
    // Nothing to register.
  }

  unwrap(): never {
    throw new Error('use the NatsLink that was given to this strategy');
  }

  #callable(handler: MessageHandler): RequestRoute['handle'] {
    const straight = plainMethod(handler, this.options.controllerOf);
    if (straight === undefined) return (message) => toReply(plainResult(handler, message));
    return (message) => {
      const result = straight(message);
      // The common case first: a plain string needs no promise.
      return isReply(result) ? result : toReply(settledResult(result));
    };
  }
}

async function toReply(result: Promise<unknown>): Promise<Reply> {
  const reply = await result;
  if (isReply(reply)) return reply;
  throw new TypeError(`a request/reply handler must answer with a Reply (got ${typeof reply})`);
}

function asDeclared(name: string): string {
  return name;
}
