import { type NatsSource, streamOfBucket } from '@beamline/jetstream';
import type { Clock } from '@beamline/kernel';
import { JetStreamApiError, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';

/** Where delete markers lie, and for how long. */
export interface MarkerSweeperOptions {
  readonly bucket: string;
  /** For how long a marker stays after it was seen first, in milliseconds. */
  readonly afterMs: number;
  /** Monotonic. */
  readonly clock: Clock;
}

interface Marker {
  readonly revision: number;
  readonly seenAtMs: number;
}

/** Markers remembered at most; further ones are seen again when the bucket is next read from its beginning. */
const MAX_MARKERS = 10_000;
/** Removed at once at most: the rest has its turn soon after. */
const MAX_SWEPT = 200;
const SWEEPS_PER_AGE = 4;
const LONGEST_PAUSE_MS = 600_000;

/**
 * Removes what deleted entries leave behind in a bucket. Gateways come and go under ever new addresses, and a marker for
 * each that ever was there would stay for good. Whoever follows the bucket must have read a marker before it is gone, or
 * read everything again.
 *
 * Message by message: purging a key makes every reader of the bucket skip what it has not read yet, on older servers
 * (nats-server #3838).
 */
export class MarkerSweeper {
  /** Oldest first. */
  readonly #markers = new Map<string, Marker>();
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;

  constructor(
    private readonly options: MarkerSweeperOptions,
    private readonly source: () => NatsSource | undefined,
  ) {}

  start(): void {
    const pauseMs = Math.min(this.options.afterMs / SWEEPS_PER_AGE, LONGEST_PAUSE_MS);
    this.#timer ??= setInterval(() => this.#sweepOnce(), pauseMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** A key was deleted by this revision. */
  deleted(key: string, revision: number): void {
    this.#markers.delete(key);
    if (this.#markers.size >= MAX_MARKERS) return;
    this.#markers.set(key, { revision, seenAtMs: this.options.clock.nowMs() });
  }

  /** A key has a value again. */
  written(key: string): void {
    this.#markers.delete(key);
  }

  /** The bucket was made anew: nothing of the old one is left. */
  reset(): void {
    this.#markers.clear();
  }

  #sweepOnce(): void {
    this.#sweeping ??= this.#sweep()
      .catch(() => undefined)
      .finally(() => {
        this.#sweeping = undefined;
      });
  }

  /** What cannot be removed now is tried again with the next sweep. */
  async #sweep(): Promise<void> {
    const source = this.source();
    const old = this.#oldest();
    if (old.length === 0 || source?.connection === undefined || !source.isConnected) return;
    const jsm = await jetstreamManager(source.connection, { checkAPI: false });
    for (const [key, marker] of old) {
      await this.#remove(jsm, marker);
      if (this.#markers.get(key) === marker) this.#markers.delete(key);
    }
  }

  async #remove({ streams }: JetStreamManager, { revision }: Marker): Promise<void> {
    try {
      await streams.deleteMessage(streamOfBucket(this.options.bucket), revision, false);
    } catch (error) {
      // The server has answered: it is gone already, or a bucket that somebody else has made lets nothing be removed.
      if (!(error instanceof JetStreamApiError)) throw error;
    }
  }

  /** Never the newest: an empty bucket looks like one that was lost, and would be filled again. */
  #oldest(): readonly (readonly [string, Marker])[] {
    const before = this.options.clock.nowMs() - this.options.afterMs;
    return [...this.#markers]
      .slice(0, -1)
      .filter(([, { seenAtMs }]) => seenAtMs <= before)
      .slice(0, MAX_SWEPT);
  }
}
