import type { BucketClient } from '@beamline/jetstream';
import type { PolicyAddress, PolicyLoader } from './policy-loader.js';

/**
 * Looks in the history for the version that a bad document must not have replaced: after a restart nothing else knows
 * it. One history at a time; at the bound the policy stays without a version in force until its document is mended.
 */
export class LastGoodFinder {
  readonly #waiting = new Map<string, PolicyAddress>();
  #running = false;
  #stopped = false;

  constructor(
    private readonly bucket: BucketClient,
    private readonly loader: PolicyLoader,
    private readonly capacity: number,
  ) {}

  find(at: PolicyAddress): void {
    if (this.#waiting.size < this.capacity) this.#waiting.set(at.key, at);
    this.resume();
  }

  /** Goes on with what an outage of NATS interrupted. */
  resume(): void {
    if (!this.#running) void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (const [key, at] of this.#waiting) {
        if (this.#stopped) break;
        await this.#search(at);
        this.#waiting.delete(key);
      }
    } catch {
      // No answer: what waits is searched for when the bucket is in step again.
    } finally {
      this.#running = false;
    }
  }

  async #search(at: PolicyAddress): Promise<void> {
    const versions = await this.bucket.history(at.key);
    for (const { revision, value } of versions.toReversed()) {
      if (revision >= at.revision) continue;
      // It was deleted before the bad document came: there is nothing to keep in force.
      if (value === undefined) return;
      if (this.loader.recovered(at, value, revision)) return;
    }
  }
}
