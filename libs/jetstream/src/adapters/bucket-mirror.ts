import type { BucketState } from '../core/bucket-state.js';
import { jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BucketEntry } from './bucket-entry.js';
import { BucketReader, LostPlaceError } from './bucket-reader.js';
import { ConnectedLoop } from './connected-loop.js';
import type { MirroredBucket } from './mirrored-bucket.js';
import { ensureBucket, IncompatibleBucketError } from './ensure-bucket.js';
import { messageOf } from './nats-failure.js';
import type { NatsSource } from './nats-source.js';

/** How a reading of the bucket starts. */
export type ReadingMode =
  /** Where the last one ended: only what changed since. */
  | 'resumed'
  /** All keys of the bucket known so far: what does not come is gone. */
  | 'reread'
  /** All keys of a bucket never seen before (first start, deleted and made anew, rolled back): revisions start over. */
  | 'fresh';

/** Who keeps the mirror. Calls come in order and must not throw. */
export interface BucketListener {
  began(mode: ReadingMode): void;
  changed(entry: BucketEntry): void;
  /** All that stood in the bucket when the reading began has been told. */
  synced(): void;
  stateChanged(state: BucketState, detail: string): void;
}

export interface BucketMirrorOptions {
  readonly spec: MirroredBucket;
  /** How often the mirror compares itself with the bucket, in milliseconds. */
  readonly auditEveryMs: number;
  /** After a longer absence everything is read again, because delete markers may have been purged meanwhile. */
  readonly resumeWithinMs: number;
}

/**
 * Keeps a listener in step with a KV bucket through restarts of the server, lost consumers and a deleted bucket. It
 * never gives up: each failure is told as a state, and the next try comes after at most two seconds.
 */
export class BucketMirror {
  readonly #loop = new ConnectedLoop({
    run: (connection) => this.#mirror(connection),
    failed: (error) => this.#tell(stateAfter(error), messageOf(error)),
    disconnected: () => this.#tell('unreachable', 'connection lost'),
    // Consumers of a restarted server may be gone without a word: read on with a new one.
    reconnected: () => this.#reader?.end(),
  });
  #reader: BucketReader | undefined;
  #state: BucketState = 'connecting';
  #detail = '';
  #seen: { created: string; revision: number; atMs: number } | undefined;

  constructor(
    private readonly options: BucketMirrorOptions,
    private readonly listener: BucketListener,
  ) {}

  get state(): BucketState {
    return this.#state;
  }

  get detail(): string {
    return this.#detail;
  }

  /** Starts mirroring in the background; returns at once. A second call does nothing. */
  start(source: NatsSource): void {
    this.#loop.start(source);
  }

  async stop(): Promise<void> {
    const stopped = this.#loop.stop();
    this.#reader?.end();
    await stopped;
  }

  async #mirror(connection: NatsConnection): Promise<void> {
    const jsm = await jetstreamManager(connection, { checkAPI: false });
    const info = await ensureBucket(jsm, this.options.spec);
    const mode = this.#modeFor(info);
    if (mode === 'fresh') {
      this.#seen = { created: info.created, revision: 0, atMs: performance.now() };
    }
    this.#tell('syncing', '');
    this.listener.began(mode);
    const reader = new BucketReader(
      { jsm, bucket: this.options.spec.name, auditEveryMs: this.options.auditEveryMs, info },
      {
        changed: (entry) => {
          this.#progress(entry.revision);
          this.listener.changed(entry);
        },
        synced: () => {
          this.#progress(info.state.last_seq);
          this.#tell('synced', '');
          this.listener.synced();
        },
        audited: () => this.#progress(0),
      },
    );
    this.#reader = reader;
    if (this.#loop.isStopped) return;
    await reader.run(mode === 'resumed' ? (this.#seen?.revision ?? 0) + 1 : undefined);
  }

  #modeFor(info: StreamInfo): ReadingMode {
    const seen = this.#seen;
    if (seen === undefined || seen.created !== info.created) return 'fresh';
    // A restored or purged stream: what we know of it is no longer true.
    if (info.state.last_seq < seen.revision) return 'fresh';
    const { ttlMs } = this.options.spec;
    if (ttlMs === 0 && info.state.messages === 0 && seen.revision > 0) return 'fresh';
    const awayMs = performance.now() - seen.atMs;
    return awayMs <= this.options.resumeWithinMs ? 'resumed' : 'reread';
  }

  #progress(revision: number): void {
    const seen = this.#seen;
    if (seen === undefined) return;
    seen.revision = Math.max(seen.revision, revision);
    seen.atMs = performance.now();
  }

  #tell(state: BucketState, detail: string): void {
    if (state === this.#state && detail === this.#detail) return;
    this.#state = state;
    this.#detail = detail;
    this.listener.stateChanged(state, detail);
  }
}

function stateAfter(error: unknown): BucketState {
  if (error instanceof IncompatibleBucketError) return 'incompatible';
  return error instanceof LostPlaceError ? 'syncing' : 'unreachable';
}
