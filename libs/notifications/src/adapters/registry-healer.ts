import { setTimeout as sleep } from 'node:timers/promises';
import type { EndpointShelf } from './endpoint-shelf.js';
import type { GatewayBucket } from './gateway-bucket.js';

const RETRY_MS = 500;

/** Fills a bucket that was lost with what is known, and goes on until that is done or somebody else did it. */
export class RegistryHealer {
  #work = new AbortController();
  #healing: Promise<void> | undefined;
  #pending = 0;

  constructor(
    private readonly shelf: EndpointShelf,
    private readonly bucket: GatewayBucket,
  ) {}

  /** Whether something is still to be written. */
  get isBusy(): boolean {
    return this.#pending > 0;
  }

  /** Begins anew with these endpoints. */
  heal(endpointIds: readonly string[]): void {
    if (endpointIds.length === 0) return;
    this.#work.abort();
    this.#work = new AbortController();
    this.#pending = endpointIds.length;
    this.#healing = this.#heal(endpointIds, this.#work.signal);
  }

  async stop(): Promise<void> {
    this.#work.abort();
    await this.#healing;
  }

  async #heal(endpointIds: readonly string[], signal: AbortSignal): Promise<void> {
    for (const endpointId of endpointIds) {
      while (!signal.aborted && !(await this.#writeBack(endpointId))) {
        await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
      if (signal.aborted) return;
      this.#pending -= 1;
    }
  }

  /** @returns Whether it is done. A conflict is as good: somebody else was faster, and may know something newer. */
  async #writeBack(endpointId: string): Promise<boolean> {
    const known = this.shelf.get(endpointId);
    if (known === undefined) return true;
    const { endpoint, registeredAtMs } = known;
    const written = await this.bucket.put(endpointId, { endpoint, registeredAtMs }, 0);
    return written.ok || written.reason === 'conflict';
  }
}
