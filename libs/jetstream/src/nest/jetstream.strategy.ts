import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { NatsLink } from '../adapters/nats-link.js';
import { PullWorker, type PullWorkerOptions } from '../adapters/pull-worker.js';
import { JETSTREAM_INTAKE, type JetStreamHandlerTarget } from './jetstream-handler.js';
import { type ControllerLookup, plainMethod } from './plain-method.js';
import { plainResult } from './plain-result.js';

/** Settings of {@link JetStreamStrategy}. */
export interface JetStreamStrategyOptions extends Omit<
  PullWorkerOptions,
  'stream' | 'durable' | 'handle'
> {
  readonly link: NatsLink;
  /** Maps the target a handler declares to the configured one. Default: as declared. */
  readonly targetOf?: (declared: JetStreamHandlerTarget) => JetStreamHandlerTarget;
  /** As for {@link RequestReplyStrategyOptions.controllerOf}. Default: every handler goes through Nest. */
  readonly controllerOf?: ControllerLookup;
  /** How long {@link JetStreamStrategy.close} waits for messages in hand, in milliseconds. Default 10 000. */
  readonly closeGraceMs?: number;
}

/** Serves `@JetStreamHandler` methods from durable consumers. */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = JETSTREAM_INTAKE;
  #workers: readonly PullWorker[] = [];

  constructor(private readonly options: JetStreamStrategyOptions) {
    super();
  }

  /** Messages in hand, over all handlers. */
  get inFlight(): number {
    return this.#workers.reduce((sum, worker) => sum + worker.inFlight, 0);
  }

  /** Whether every handler gets its messages. `false` before {@link listen} and without handlers. */
  get isConsuming(): boolean {
    return this.#workers.length > 0 && this.#workers.every((worker) => worker.isConsuming);
  }

  /** Begins to consume. Does not wait for NATS: consuming starts with the connection. */
  listen(callback: () => void): void {
    const { link, targetOf = (declared: JetStreamHandlerTarget) => declared } = this.options;
    this.#workers = [...this.messageHandlers.values()].map((handler) => {
      const target = targetOf(toTarget(handler.extras));
      return new PullWorker(link, {
        ...this.options,
        ...target,
        handle:
          plainMethod(handler, this.options.controllerOf) ??
          ((message) => plainResult(handler, message)),
      });
    });
    for (const worker of this.#workers) worker.start();
    callback();
  }

  /** Asks for no more messages, and waits until those in hand are settled. */
  async close(): Promise<void> {
    const graceMs = this.options.closeGraceMs ?? 10_000;
    await Promise.all(this.#workers.map((worker) => worker.stop(graceMs)));
  }

  /** There are no transport events: the observers hear them. */
  on(): void {
    // Nothing to register.
  }

  unwrap(): never {
    throw new Error('use the NatsLink that was given to this strategy');
  }
}

function toTarget(extras: Readonly<Record<string, unknown>> | undefined): JetStreamHandlerTarget {
  return { stream: String(extras?.['stream']), durable: String(extras?.['durable']) };
}
