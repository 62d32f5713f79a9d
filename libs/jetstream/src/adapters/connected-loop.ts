import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsSource } from './nats-source.js';

/** What a {@link ConnectedLoop} does again and again. Only `run` may throw. */
export interface ConnectedWork {
  /** Works for as long as it can. When it returns or throws, it is begun again soon. */
  run(connection: NatsConnection): Promise<void>;
  failed(error: unknown): void;
  disconnected(): void;
  /** The server may have been restarted meanwhile, and have forgotten without a word what it was asked for. */
  reconnected(): void;
}

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

/** Keeps a piece of work on a connection going for ever, with pauses of at most two seconds after failures. */
export class ConnectedLoop {
  readonly #abort = new AbortController();
  readonly #watched = new WeakSet<NatsConnection>();
  #running: Promise<void> | undefined;

  constructor(private readonly work: ConnectedWork) {}

  get isStopped(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Starts in the background; returns at once. A second call does nothing. */
  start(source: NatsSource): void {
    this.#running ??= this.#run(source);
  }

  /** Begins no more; resolves when the present run has ended, which its owner has to bring about. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(source: NatsSource): Promise<void> {
    const { signal } = this.#abort;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        const connection = source.connection ?? (await untilAborted(source.ready, signal));
        if (connection === undefined) return;
        void this.#watch(connection);
        await this.work.run(connection);
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (signal.aborted) return;
        this.work.failed(error);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
      await sleep(retryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** One watcher per connection: it ends with it. */
  async #watch(connection: NatsConnection): Promise<void> {
    if (this.#watched.has(connection)) return;
    this.#watched.add(connection);
    for await (const { type } of connection.status()) {
      if (this.#abort.signal.aborted) return;
      if (type === 'disconnect') this.work.disconnected();
      if (type === 'reconnect') this.work.reconnected();
    }
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return Promise.race([promise, aborted]);
}
