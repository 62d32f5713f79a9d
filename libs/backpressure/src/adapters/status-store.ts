import { readJson } from '@beamline/contracts/core';
import { BucketClient, type BucketEntry, BucketMirror, type NatsSource } from '@beamline/jetstream';
import type { BucketState } from '@beamline/jetstream/core';
import { ignoreEvents, type Observer } from '@beamline/kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HistoryCheckpoint, readCheckpoint } from '../core/history-checkpoint.js';
import type { OverloadEvent } from '../core/index.js';
import {
  backpressureBucket,
  type BackpressureBucketOptions,
  keyOf,
  RESUME_WITHIN_MS,
  subjectOf,
} from './backpressure-bucket.js';

/** Settings of {@link StatusStore}. */
export interface StatusStoreOptions extends BackpressureBucketOptions {
  /** Subjects with a checkpoint; those of further ones are left out. Default 256. */
  readonly maxSubjects?: number;
  /** How often what changed is written, in milliseconds. Default 1 000. */
  readonly writeEveryMs?: number;
  readonly observe?: Observer<OverloadEvent>;
}

const MAX_DOCUMENT_BYTES = 16_384;

/**
 * Keeps what has to outlive the process of each subject's history (totals, last status, last recovery) in the bucket
 * `beamline_backpressure`. Writes of one subject that wait together become one; what cannot be written waits, and a
 * bucket that was deleted is filled again.
 */
export class StatusStore {
  /**
   * The checkpoints found when the bucket was first read, none when it cannot serve. Never rejects: without NATS it
   * stays open.
   */
  readonly loaded: Promise<readonly HistoryCheckpoint[]>;
  readonly #maxSubjects: number;
  readonly #mirror: BucketMirror;
  readonly #client: BucketClient;
  readonly #found = new Map<string, HistoryCheckpoint>();
  readonly #saved = new Map<string, HistoryCheckpoint>();
  readonly #unwritten = new Set<string>();
  readonly #observe: Observer<OverloadEvent>;
  #source: NatsSource | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #load: ((found: readonly HistoryCheckpoint[]) => void) | undefined;

  constructor(private readonly options: StatusStoreOptions = {}) {
    const spec = backpressureBucket(options);
    this.#maxSubjects = options.maxSubjects ?? 256;
    this.#observe = options.observe ?? ignoreEvents;
    this.#client = new BucketClient(spec.name, () => this.#source);
    this.loaded = new Promise((resolve) => {
      this.#load = resolve;
    });
    this.#mirror = new BucketMirror(
      { spec, auditEveryMs: options.auditEveryMs ?? 1_000, resumeWithinMs: RESUME_WITHIN_MS },
      {
        // What was written into a bucket that is gone is to be written again.
        began: (mode) => mode === 'fresh' && this.#writeAllAgain(),
        changed: (entry) => this.#changed(entry),
        synced: () => this.#synced(),
        // A bucket that cannot be read holds nothing back: what lies in the stream is known all the same.
        stateChanged: (state) => state === 'incompatible' && this.#synced(),
      },
    );
  }

  /** How the store stands to its bucket. */
  get state(): BucketState {
    return this.#mirror.state;
  }

  /** Subjects whose checkpoint is not written yet. */
  get waiting(): number {
    return this.#unwritten.size;
  }

  /** Begins to read and to write, as soon as NATS is there. A second call does nothing. */
  start(source: NatsSource): void {
    if (this.#source !== undefined) return;
    this.#source = source;
    this.#mirror.start(source);
    const everyMs = this.options.writeEveryMs ?? 1_000;
    this.#timer = setInterval(() => void this.#write(), everyMs).unref();
  }

  /** Writes what waits within `withinMs` (default 1 000), if NATS is there, and reads no more. */
  async stop(withinMs: number = 1_000): Promise<void> {
    clearInterval(this.#timer);
    const limit = new AbortController();
    const written = Promise.resolve(this.#writing).then(() => this.#write());
    await Promise.race([written, pause(withinMs, limit.signal)]);
    limit.abort();
    await this.#mirror.stop();
  }

  /** Has the newest checkpoint of a subject written soon. Never waits. */
  save(checkpoint: HistoryCheckpoint): void {
    const { subject } = checkpoint;
    if (!this.#saved.has(subject) && this.#saved.size >= this.#maxSubjects) return;
    this.#saved.set(subject, checkpoint);
    this.#unwritten.add(subject);
  }

  async #write(): Promise<void> {
    if (this.#source?.isConnected !== true || this.state === 'incompatible') return;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  /** Stops at the first failure: the others would fail as well, each after its own timeout. */
  async #writeAll(): Promise<void> {
    for (const subject of this.#unwritten) {
      this.#unwritten.delete(subject);
      const text = JSON.stringify(this.#saved.get(subject));
      const written = await this.#client.write(keyOf('status', subject), text, undefined);
      if (written.ok) continue;
      this.#unwritten.add(subject);
      return;
    }
  }

  #writeAllAgain(): void {
    for (const subject of this.#saved.keys()) this.#unwritten.add(subject);
  }

  #changed({ key, value }: BucketEntry): void {
    const subject = subjectOf('status', key);
    if (subject === undefined || this.#load === undefined) return;
    this.#found.delete(key);
    if (value === undefined || this.#found.size >= this.#maxSubjects) return;
    const read = checkpointIn(value, subject);
    if (read.ok) this.#found.set(key, read.checkpoint);
    // The next checkpoint of the subject replaces it.
    else this.#observe({ type: 'checkpoint-refused', subject, problem: read.problem });
  }

  #synced(): void {
    this.#load?.([...this.#found.values()]);
    this.#load = undefined;
    this.#found.clear();
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}

function checkpointIn(data: Uint8Array, subject: string): ReturnType<typeof readCheckpoint> {
  const json = readJson(data, MAX_DOCUMENT_BYTES);
  if (!json.ok) return json;
  const read = readCheckpoint(json.value);
  if (read.ok && read.checkpoint.subject !== subject) {
    return { ok: false, problem: 'subject must be the one of its key' };
  }
  return read;
}
