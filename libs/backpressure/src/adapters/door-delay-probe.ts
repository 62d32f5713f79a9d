import type { NatsSource } from '@beamline/jetstream';
import { type Clock, monotonicClock } from '@beamline/kernel';
import type { NatsConnection } from '@nats-io/transport-node';
import { RoundTripBaseline } from './round-trip-baseline.js';

/** Settings of {@link DoorDelayProbe}. */
export interface DoorDelayProbeOptions {
  /** Distance between two probes, in milliseconds. Default 50. */
  readonly everyMs?: number;
  /** Told of every measurement, and while a probe is on its way, of its age. Must not throw. */
  readonly onDelay: (delayMs: number) => void;
  /** Monotonic. Default: that of the process. */
  readonly clock?: Clock;
}

/**
 * Measures how long a message from NATS waits before this process sees it. What is sent to a connection comes in
 * order, so the answer to a PING stands behind every request that waits in the server, in the socket and in the
 * driver: its round trip, less that of an idle connection, is the delay of the request/reply door.
 */
export class DoorDelayProbe {
  readonly #clock: Clock;
  #baseline: RoundTripBaseline;
  #probed: NatsConnection | undefined;
  #sentAtMs: number | undefined;
  #delayMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly source: NatsSource,
    private readonly options: DoorDelayProbeOptions,
  ) {
    this.#clock = options.clock ?? monotonicClock;
    this.#baseline = new RoundTripBaseline();
  }

  /** Begins to probe. A second call does nothing. */
  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), this.options.everyMs ?? 50).unref();
  }

  /** Probes no more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The delay as known now, in milliseconds: never less than the age of a probe that is on its way. */
  delayMs(): number {
    return Math.max(this.#delayMs, this.#outstandingMs());
  }

  #outstandingMs(): number {
    if (this.#sentAtMs === undefined) return 0;
    return this.#baseline.excessMs(this.#clock.nowMs() - this.#sentAtMs);
  }

  #tick(): void {
    const { connection, isConnected } = this.source;
    if (connection === undefined || !isConnected) {
      this.#forget(undefined);
      return;
    }
    if (connection !== this.#probed) this.#forget(connection);
    if (this.#sentAtMs === undefined) this.#probe(connection);
    else this.options.onDelay(this.delayMs());
  }

  /** Without a connection no request waits for us, and the next one may lead to another server. */
  #forget(next: NatsConnection | undefined): void {
    this.#probed = next;
    this.#sentAtMs = undefined;
    this.#delayMs = 0;
    this.#baseline = new RoundTripBaseline();
  }

  #probe(connection: NatsConnection): void {
    const sentAtMs = this.#clock.nowMs();
    const baseline = this.#baseline;
    this.#sentAtMs = sentAtMs;
    connection.flush().then(
      () => {
        if (baseline !== this.#baseline) return;
        const nowMs = this.#clock.nowMs();
        this.#sentAtMs = undefined;
        this.#delayMs = baseline.record(nowMs - sentAtMs, nowMs);
        this.options.onDelay(this.#delayMs);
      },
      () => {
        // The connection was lost meanwhile, which says nothing about waiting.
        if (baseline === this.#baseline) this.#sentAtMs = undefined;
      },
    );
  }
}
