import {
  type BucketEntry,
  BucketMirror,
  type NatsSource,
  type ReadingMode,
} from '@beamline/jetstream';
import type { BucketState } from '@beamline/jetstream/core';
import { monotonicClock } from '@beamline/kernel';
import type { EndpointShelf } from './endpoint-shelf.js';
import { endpointIdIn, type GatewayBucket, type ReadEntry } from './gateway-bucket.js';
import { gatewayBucket, type ResolvedGatewayRegistryOptions } from './gateway-registry-options.js';
import { MarkerSweeper } from './marker-sweeper.js';
import { RegistryHealer } from './registry-healer.js';
import { type RegistryProblem, RegistryProblems } from './registry-problems.js';

const RESUME_WITHIN_MS = 600_000;
const MAX_SHOWN = 64;

/** Keeps the shelf in step with the bucket of gateways, and the bucket filled with what is known and no more. */
export class RegistryMirror {
  readonly #mirror: BucketMirror;
  readonly #healer: RegistryHealer;
  readonly #sweeper: MarkerSweeper;
  readonly #problems = new RegistryProblems();
  #source: NatsSource | undefined;
  #isAnew = false;
  #hasSynced = false;

  constructor(
    private readonly options: ResolvedGatewayRegistryOptions,
    private readonly shelf: EndpointShelf,
    private readonly bucket: GatewayBucket,
  ) {
    const { auditEveryMs, markerAgeMs: afterMs } = options;
    this.#healer = new RegistryHealer(shelf, bucket);
    this.#sweeper = new MarkerSweeper(
      { bucket: options.bucket, afterMs, clock: monotonicClock },
      () => this.#source,
    );
    this.#mirror = new BucketMirror(
      { spec: gatewayBucket(options), auditEveryMs, resumeWithinMs: RESUME_WITHIN_MS },
      {
        began: (mode) => this.#began(mode),
        changed: (entry) => this.#changed(entry),
        synced: () => this.#synced(),
        stateChanged: (state, detail) =>
          options.observe({ type: 'registry-state-changed', state, detail }),
      },
    );
  }

  get state(): BucketState {
    return this.#mirror.state;
  }

  get detail(): string {
    return this.#mirror.detail;
  }

  /** Whether the bucket was read to its end since the start. */
  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  start(source: NatsSource): void {
    this.#source = source;
    this.#sweeper.start();
    this.#mirror.start(source);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#mirror.stop(), this.#healer.stop(), this.#sweeper.stop()]);
  }

  /** Entries that are not in force, and why. */
  problems(): readonly RegistryProblem[] {
    return this.#problems.list();
  }

  isProblem(key: string): boolean {
    return this.#problems.has(key);
  }

  /** What was wrong with an entry was written over. */
  solved(key: string): void {
    this.#problems.solve(key);
  }

  #began(mode: ReadingMode): void {
    this.#isAnew = mode === 'fresh' || this.#healer.isBusy;
    if (mode !== 'resumed') this.#problems.clear();
    if (mode === 'fresh') this.#sweeper.reset();
    this.shelf.began(mode);
  }

  #changed({ key, value, revision }: BucketEntry): void {
    if (value === undefined) this.#sweeper.deleted(key, revision);
    else this.#sweeper.written(key);
    const endpointId = endpointIdIn(key);
    if (endpointId === undefined) {
      if (value === undefined) this.#problems.solve(key);
      else this.#report(key, 'its key must be the id of an endpoint');
      return;
    }
    const read = value && this.#read(endpointId, value);
    if (read?.ok === false) {
      this.shelf.keep(endpointId);
      this.#report(key, read.problem);
      return;
    }
    this.#problems.solve(key);
    this.shelf.told(endpointId, read?.version, revision);
  }

  #read(endpointId: string, value: Uint8Array): ReadEntry {
    const most = this.options.maxEndpoints * 2;
    if (this.shelf.size >= most && this.shelf.get(endpointId) === undefined) {
      return { ok: false, problem: `${most} endpoints are registered, and no more are read` };
    }
    return this.bucket.read(endpointId, value);
  }

  /** What was not told is gone; in a bucket that was lost it is what we know that is missing. */
  #synced(): void {
    const untold = this.shelf.ended();
    if (this.#isAnew) this.#healer.heal(untold);
    else for (const endpointId of untold) this.shelf.drop(endpointId);
    this.#hasSynced = true;
    this.options.observe({ type: 'registry-size', endpoints: this.shelf.size });
  }

  #report(key: string, problem: string): void {
    this.#problems.add(key, problem);
    const shown = key.slice(0, MAX_SHOWN);
    this.options.observe({ type: 'registry-entry-refused', key: shown, problem });
  }
}
