import type { BucketClient } from '@beamline/jetstream';
import { keyOf } from './backpressure-bucket.js';
import type { SettingsBook } from './settings-book.js';

/** Names that wait for their history at most; beyond it a bad document has nothing in force before it. */
const CAPACITY = 4_096;

/**
 * Looks in the bucket's history for the settings that a bad document must not have replaced: after a restart nothing
 * else knows them. One history at a time.
 */
export class LastGoodSettings {
  readonly #wanted = new Map<string, number>();
  #searching: Promise<void> | undefined;
  #isStopped = false;

  constructor(
    private readonly client: Pick<BucketClient, 'history'>,
    private readonly book: SettingsBook,
  ) {}

  /** @param revision That of the bad document. */
  seek(name: string, revision: number): void {
    const isKnown = this.book.document(name) !== undefined;
    if (isKnown || this.#isStopped || this.#wanted.size >= CAPACITY) return;
    this.#wanted.set(name, revision);
    this.resume();
  }

  /** Goes on with what an outage of NATS interrupted. */
  resume(): void {
    if (this.#wanted.size > 0) this.#searching ??= this.#searchAll();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#wanted.clear();
    await this.#searching;
  }

  async #searchAll(): Promise<void> {
    try {
      for (const [name, revision] of this.#wanted) {
        this.#wanted.delete(name);
        if (await this.#search(name, revision)) continue;
        // It goes on when the bucket is in step again. A newer bad document may have come meanwhile.
        if (!this.#wanted.has(name)) this.#wanted.set(name, revision);
        return;
      }
    } finally {
      // Here, and not when the promise is settled: what comes in between would wait for the next.
      this.#searching = undefined;
    }
  }

  /** @returns `false` when nobody answered. */
  async #search(name: string, revision: number): Promise<boolean> {
    const key = keyOf('settings', name);
    const versions = await this.client.history(key).catch(() => undefined);
    for (const version of versions?.toReversed() ?? []) {
      if (version.revision >= revision) continue;
      // It was deleted before the bad document came: there is nothing to keep in force.
      if (version.value === undefined || !this.book.hasProblem(name, revision)) break;
      if (this.book.recover(name, version.value, version.revision)) break;
    }
    return versions !== undefined;
  }
}
