import type { BucketState } from '../core/bucket-state.js';
import { jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BucketEntry } from './bucket-entry.js';
import { BucketReader, LostPlaceError } from './bucket-reader.js';
import type { MirroredBucket } from './mirrored-bucket.js';
import { ensureBucket, IncompatibleBucketError } from './ensure-bucket.js';
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

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

/**
 * Keeps a listener in step with a KV bucket through restarts of the server, lost consumers and a deleted bucket. It
 * never gives up: each failure is told as a state, and the next try comes after at most two seconds.
 */
export class BucketMirror {
  readonly #abort = new AbortController();
  readonly #watched = new WeakSet<NatsConnection>();
  #running: Promise<void> | undefined;
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
    this.#running ??= this.#run(source);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#reader?.end();
    await this.#running;
  }

  async #run(source: NatsSource): Promise<void> {
    const { signal } = this.#abort;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        const connection = source.connection ?? (await untilAborted(source.ready, signal));
        if (connection === undefined) return;
        void this.#watchConnection(connection);
        await this.#mirror(connection);
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (signal.aborted) return;
        this.#tell(stateAfter(error), messageOf(error));
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
      await sleep(retryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
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
    if (this.#abort.signal.aborted) return;
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

  /** One watcher per connection: it ends with it. */
  async #watchConnection(connection: NatsConnection): Promise<void> {
    if (this.#watched.has(connection)) return;
    this.#watched.add(connection);
    for await (const status of connection.status()) {
      if (this.#abort.signal.aborted) return;
      if (status.type === 'disconnect') this.#tell('unreachable', 'connection lost');
      // Consumers of a restarted server may be gone without a word: read on with a new one.
      if (status.type === 'reconnect') this.#reader?.end();
    }
  }

  #tell(state: BucketState, detail: string): void {
    if (state === this.#state && detail === this.#detail) return;
    this.#state = state;
    this.#detail = detail;
    this.listener.stateChanged(state, detail);
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return Promise.race([promise, aborted]);
}

function stateAfter(error: unknown): BucketState {
  if (error instanceof IncompatibleBucketError) return 'incompatible';
  return error instanceof LostPlaceError ? 'syncing' : 'unreachable';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
