import type { PolicyBucket } from './policy-bucket.js';
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
    private readonly bucket: PolicyBucket,
    private readonly loader: PolicyLoader,
    private readonly capacity: number,
  ) {}

  find(at: PolicyAddress): void {
    if (this.#waiting.size < this.capacity) this.#waiting.set(at.key, at);
    if (!this.#running) void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (!this.#stopped) {
      const [at] = this.#waiting.values();
      if (at === undefined) break;
      this.#waiting.delete(at.key);
      // Without an answer the problem stays listed as it is; the next reading of the bucket asks again.
      await this.#search(at).catch(() => undefined);
    }
    this.#running = false;
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
