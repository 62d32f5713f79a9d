import { setTimeout as sleep } from 'node:timers/promises';
import type { BucketClient } from '@beamline/jetstream';
import { policyKey } from './policy-loader.js';
import type { PolicyShelf, ShelvedPolicy } from './policy-shelf.js';

/** Writes under way at a time. */
const WINDOW = 64;
const RETRY_MS = 1_000;

/**
 * Creates in the bucket what is in force here and was never in it: seeds at first, everything after the bucket was
 * lost. It never overwrites: what exists, or was deleted, stays as it is. Several replicas may do it at once.
 */
export class PolicySaver {
  #running: Promise<void> | undefined;
  #again = false;
  readonly #abort = new AbortController();

  constructor(
    private readonly shelf: PolicyShelf,
    private readonly bucket: BucketClient,
  ) {}

  /** Starts, or starts over once the present run is through. */
  save(): void {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (this.#again && !signal.aborted) {
      this.#again = false;
      if (await this.#saveAll(signal)) continue;
      this.#again = true;
      await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** @returns whether every write was answered. */
  async #saveAll(signal: AbortSignal): Promise<boolean> {
    const writing = new Set<Promise<void>>();
    let answered = true;
    for (const [tenantId, policy] of this.shelf.all()) {
      if (policy.revision > 0) continue;
      const write = this.#create(policyKey(tenantId, policy.policyId), policy).then((ok) => {
        writing.delete(write);
        answered &&= ok;
      });
      writing.add(write);
      if (writing.size >= WINDOW) await Promise.race(writing);
      if (signal.aborted || !answered) break;
    }
    await Promise.all(writing);
    return answered;
  }

  async #create(key: string, policy: ShelvedPolicy): Promise<boolean> {
    const written = await this.bucket.write(key, policy.text, 0);
    if (written.ok && policy.revision === 0) policy.revision = written.revision;
    return written.ok || written.reason === 'conflict';
  }
}
