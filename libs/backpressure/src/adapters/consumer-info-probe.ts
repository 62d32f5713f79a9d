import type { NatsSource } from '@beamline/jetstream';
import { type Clock, ignoreEvents, monotonicClock, type Observer } from '@beamline/kernel';
import { RequestError, TimeoutError } from '@nats-io/transport-node';
import type { OverloadEvent } from '../core/index.js';
import {
  type ConsumerReading,
  type ConsumerUnknown,
  readConsumerInfo,
} from './consumer-reading.js';

/** Settings of {@link ConsumerInfoProbe}. */
export interface ConsumerInfoProbeOptions {
  readonly stream: string;
  /** Name of the durable consumer. */
  readonly durable: string;
  /** Subject it works for, as `consumer-queried` names it. */
  readonly subject: string;
  /** How often the server is asked by itself, in milliseconds. Default 1 000. */
  readonly everyMs?: number;
  /** Least time between two queries, also when somebody asks for a fresh reading, in milliseconds. Default 100. */
  readonly notBeforeMs?: number;
  /** How long one query may take, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number;
  /** Age from which on a reading is not known any more, in milliseconds. Default 3 000. */
  readonly staleAfterMs?: number;
  /** Monotonic. Default: that of the process. */
  readonly clock?: Clock;
  readonly observe?: Observer<OverloadEvent>;
}

interface Known {
  readonly pending: number;
  readonly ackPending: number;
  readonly atMs: number;
}

/**
 * Knows how much work waits for a durable consumer. It asks `$JS.API.CONSUMER.INFO`, which the leader of the consumer
 * answers: other sources repeat what a follower remembers. At most one query is on its way.
 *
 * What cannot be known is `unknown` with a reason, never 0 and never infinite: a deleted consumer must look neither like
 * one that has done its work nor like an endless queue.
 */
export class ConsumerInfoProbe {
  readonly #clock: Clock;
  readonly #observe: Observer<OverloadEvent>;
  readonly #subject: string;
  #known: Known | undefined;
  #failure: ConsumerUnknown | undefined = 'not_asked';
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: ConsumerInfoProbeOptions,
    private readonly source: NatsSource,
  ) {
    this.#clock = options.clock ?? monotonicClock;
    this.#observe = options.observe ?? ignoreEvents;
    this.#subject = `$JS.API.CONSUMER.INFO.${options.stream}.${options.durable}`;
  }

  /** Begins to ask by itself. A second call does nothing. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => void this.refresh(), this.options.everyMs ?? 1_000).unref();
    void this.refresh();
  }

  /** Asks no more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** What is known now, without asking. */
  reading(): ConsumerReading {
    const failure = this.#failure;
    if (this.#known === undefined) return { unknown: failure ?? 'not_asked' };
    const { pending, ackPending, atMs } = this.#known;
    const ageMs = this.#clock.nowMs() - atMs;
    if (ageMs > (this.options.staleAfterMs ?? 3_000)) return { unknown: failure ?? 'timeout' };
    return { pending, ackPending, ageMs, source: failure === undefined ? 'measured' : 'cache' };
  }

  /** Asks the server unless it was asked a moment ago, and waits for its answer at most the timeout. Never throws. */
  async refresh(): Promise<ConsumerReading> {
    const isDue = this.#clock.nowMs() - this.#askedAtMs >= (this.options.notBeforeMs ?? 100);
    if (this.#asking === undefined && isDue) {
      this.#askedAtMs = this.#clock.nowMs();
      this.#asking = this.#ask().finally(() => {
        this.#asking = undefined;
      });
    }
    await this.#asking;
    return this.reading();
  }

  async #ask(): Promise<void> {
    const { connection, isConnected } = this.source;
    // The driver would keep the question until it is connected again: answer at once instead.
    if (connection === undefined || !isConnected) {
      this.#failed('not_connected');
      return;
    }
    try {
      const timeout = this.options.timeoutMs ?? 5_000;
      const answer = await connection.request(this.#subject, '', { timeout });
      this.#answered(readConsumerInfo(answer.json()));
    } catch (error) {
      this.#failed(failureOf(error));
    }
  }

  #answered(answer: ReturnType<typeof readConsumerInfo>): void {
    if ('error' in answer) {
      this.#failed(answer.error);
      return;
    }
    this.#known = { ...answer, atMs: this.#clock.nowMs() };
    this.#failure = undefined;
    this.#tell('none');
  }

  #failed(failure: Exclude<ConsumerUnknown, 'not_asked'>): void {
    this.#failure = failure;
    // What was known belonged to a consumer that is no more.
    if (failure === 'not_found') this.#known = undefined;
    this.#tell(failure);
  }

  #tell(error: Exclude<ConsumerUnknown, 'not_asked'> | 'none'): void {
    const { subject, durable: consumer } = this.options;
    this.#observe({ type: 'consumer-queried', subject, consumer, error });
  }
}

function failureOf(error: unknown): Exclude<ConsumerUnknown, 'not_asked'> {
  if (error instanceof TimeoutError) return 'timeout';
  // Nobody answers the API of JetStream: it is off, or it has no leader right now.
  if (error instanceof RequestError) return error.isNoResponders() ? 'failed' : 'not_connected';
  return 'failed';
}
