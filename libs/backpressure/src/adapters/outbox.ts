import { setTimeout as sleep } from 'node:timers/promises';

/** How sending went. `away`: nobody could take it now; `failed`: it was tried and refused. */
export type Sending = 'sent' | 'away' | 'failed';

/** Settings of {@link Outbox}. */
export interface OutboxOptions<Item> {
  /** Items that wait at most; at the bound the oldest is given up. */
  readonly capacity: number;
  /** Tries that may fail before an item is given up; `away` does not count. Default 8. */
  readonly maxTries?: number;
  /** Pause after a try that did not succeed, in milliseconds. Default 250. */
  readonly retryMs?: number;
  /** Sends one item. Must not throw. */
  readonly send: (item: Item) => Promise<Sending>;
  /** Told how many items were given up. */
  readonly onLost: (count: number) => void;
}

/** Sends items one after the other, in order, each until it is taken: what waits in it survives an outage. */
export class Outbox<Item> {
  readonly #queue: Item[] = [];
  readonly #abort = new AbortController();
  #isSending = false;
  #running: Promise<void> | undefined;

  constructor(private readonly options: OutboxOptions<Item>) {}

  /** Items that are not sent yet. */
  get waiting(): number {
    return this.#queue.length + (this.#isSending ? 1 : 0);
  }

  /** Never waits. After `stop` the item is given up at once. */
  add(item: Item): void {
    if (this.#abort.signal.aborted) {
      this.options.onLost(1);
      return;
    }
    if (this.#queue.length >= this.options.capacity) {
      this.#queue.shift();
      this.options.onLost(1);
    }
    this.#queue.push(item);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Sends what waits for at most `withinMs`; what is left then is given up. */
  async stop(withinMs: number): Promise<void> {
    const limit = new AbortController();
    await Promise.race([this.#running, pause(withinMs, limit.signal)]);
    limit.abort();
    this.#abort.abort();
    await this.#running;
    if (this.#queue.length > 0) this.options.onLost(this.#queue.splice(0).length);
  }

  async #run(): Promise<void> {
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      this.#isSending = true;
      const isSent = await this.#deliver(item);
      this.#isSending = false;
      if (!isSent) this.options.onLost(1);
      if (this.#abort.signal.aborted) return;
    }
  }

  async #deliver(item: Item): Promise<boolean> {
    const { send, maxTries = 8, retryMs = 250 } = this.options;
    const { signal } = this.#abort;
    let tries = 0;
    while (!signal.aborted) {
      const sending = await send(item);
      if (sending === 'sent') return true;
      if (sending === 'failed') tries += 1;
      if (tries >= maxTries) return false;
      await pause(retryMs, signal);
    }
    return false;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
