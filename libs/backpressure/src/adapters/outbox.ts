import type { PubResult } from '@beamline/jetstream';
import { setTimeout as sleep } from 'node:timers/promises';

/** How sending went. `away`: nobody could take it now; `failed`: it was tried and refused. */
export type Sending = 'sent' | 'away' | 'failed';

/** Failures of those who would take it, and not of what is sent: it waits for them. */
const AWAY: ReadonlySet<string> = new Set(['connection', 'timeout', 'no_stream', 'window_full']);

/** What the end of a publish into a stream means for what was sent. */
export function sendingOf(result: PubResult): Sending {
  if (result.ok) return 'sent';
  return AWAY.has(result.reason) ? 'away' : 'failed';
}

/** Settings of {@link Outbox}. */
export interface OutboxOptions<Item> {
  /** Items that wait at most; at the bound the oldest is given up. */
  readonly capacity: number;
  /** Tries that may fail before an item is given up; `away` does not count. Default 8. */
  readonly maxTries?: number;
  /** Pause after a try that did not succeed, in milliseconds. Default 250. */
  readonly retryMs?: number;
  /** Sends one item. A throw counts as `failed`. */
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

  /** Items that are not sent yet. After `stop`: 0. */
  get waiting(): number {
    if (this.#abort.signal.aborted) return 0;
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
    this.#running ??= this.#run();
  }

  /** Sends what waits for at most `withinMs`; what is left then is given up. */
  async stop(withinMs: number): Promise<void> {
    const limit = new AbortController();
    await Promise.race([this.#running, pause(withinMs, limit.signal)]);
    limit.abort();
    const { waiting } = this;
    this.#abort.abort();
    this.#queue.length = 0;
    if (waiting > 0) this.options.onLost(waiting);
  }

  async #run(): Promise<void> {
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      this.#isSending = true;
      const isSent = await this.#deliver(item);
      this.#isSending = false;
      // What was under way at the stop was counted by it.
      if (this.#abort.signal.aborted) return;
      if (!isSent) this.options.onLost(1);
    }
    // At once, and not when the promise is settled: what comes in between would wait for the next.
    this.#running = undefined;
  }

  async #deliver(item: Item): Promise<boolean> {
    const { send, maxTries = 8, retryMs = 250 } = this.options;
    const { signal } = this.#abort;
    let tries = 0;
    while (!signal.aborted) {
      const sending = await send(item).catch((): Sending => 'failed');
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
