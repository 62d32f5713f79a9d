import { kvKey } from '@beamline/contracts/core';
import type { Observer } from '@beamline/kernel';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PolicyEvent } from '../core/index.js';
import { type NatsSource, subjectOfKey } from '@beamline/jetstream';
import type { Pin } from './pin-table.js';
import { encodePinValue } from './pin-value.js';

export interface PinWriterOptions {
  readonly bucket: string;
  /** Pins that may wait; a further one is dropped and counted. */
  readonly maxQueued: number;
  /** How long writes are gathered before they go out together, in milliseconds. */
  readonly flushEveryMs: number;
  readonly nowMs: () => number;
  readonly observe: Observer<PolicyEvent>;
}

const BATCH = 512;
const ACK_TIMEOUT_MS = 2_000;
const RETRY_MS = 250;
/** Tries of one batch while connected; then it is dropped and counted. Waiting for a connection costs no try. */
const MAX_TRIES = 8;

/**
 * Writes pins to the bucket behind the decisions. Writes of one pin that wait together become one. A batch goes out
 * without acks but for its last message: the server takes the messages of one connection in order, so that one ack
 * vouches for all, at a tenth of the cost.
 */
export class PinWriter {
  readonly #queue = new Set<Pin>();
  readonly #abort = new AbortController();
  /** Ends the gathering of writes: nothing more will come. */
  readonly #hurry = new AbortController();
  #sending = 0;
  #source: NatsSource | undefined;
  #running: Promise<void> | undefined;
  #dropped = 0;

  constructor(private readonly options: PinWriterOptions) {}

  /** Pins not yet in the bucket. */
  get waiting(): number {
    return this.#queue.size + this.#sending;
  }

  /** Pins that never reached the bucket, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  start(source: NatsSource): void {
    this.#source = source;
    if (this.#queue.size > 0) this.#wake();
  }

  /** Never waits. The pin is read when it is sent, so later changes of it go with it. */
  enqueue(pin: Pin): void {
    if (pin.queued) return;
    if (this.#queue.size >= this.options.maxQueued) {
      this.#drop(pin, 'queue-full');
      return;
    }
    pin.queued = true;
    this.#queue.add(pin);
    this.#wake();
  }

  /** Sends what waits, for at most `withinMs`; what is left then is dropped and counted. */
  async stop(withinMs: number): Promise<void> {
    const deadlineMs = performance.now() + withinMs;
    this.#hurry.abort();
    while (this.waiting > 0 && this.#connection() !== undefined && performance.now() < deadlineMs) {
      this.#wake();
      await Promise.race([
        this.#running,
        pause(deadlineMs - performance.now(), this.#abort.signal),
      ]);
    }
    this.#abort.abort();
    for (const pin of this.#queue) this.#drop(pin, 'publish-failed');
    this.#queue.clear();
    await this.#running;
  }

  #wake(): void {
    if (this.#source === undefined || this.#abort.signal.aborted) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    await pause(this.options.flushEveryMs, this.#hurry.signal);
    let tries = 0;
    while (this.#queue.size > 0 && !signal.aborted) {
      const connection = this.#connection();
      if (connection !== undefined && (await this.#sendBatch(connection, tries))) {
        tries = 0;
        continue;
      }
      if (connection !== undefined) tries = (tries + 1) % MAX_TRIES;
      await pause(RETRY_MS, signal);
    }
  }

  #connection(): NatsConnection | undefined {
    return this.#source?.isConnected === true ? this.#source.connection : undefined;
  }

  async #sendBatch(connection: NatsConnection, triesBefore: number): Promise<boolean> {
    const batch = this.#take();
    const last = batch.at(-1);
    if (last === undefined) return true;
    this.#sending = batch.length;
    try {
      for (const pin of batch) {
        if (pin !== last) connection.publish(this.#subject(pin), encodePinValue(pin));
      }
      const js = jetstream(connection, { timeout: ACK_TIMEOUT_MS });
      await js.publish(this.#subject(last), encodePinValue(last));
      return true;
    } catch {
      const isLastTry = triesBefore + 1 >= MAX_TRIES;
      for (const pin of batch) this.#giveBack(pin, isLastTry);
      return false;
    } finally {
      this.#sending = 0;
    }
  }

  /** The next pins to send; those that expired while they waited are of no use to anyone. */
  #take(): Pin[] {
    const nowMs = this.options.nowMs();
    const batch: Pin[] = [];
    for (const pin of this.#queue) {
      this.#queue.delete(pin);
      pin.queued = false;
      if (pin.expiresAtMs > nowMs) batch.push(pin);
      if (batch.length === BATCH) break;
    }
    return batch;
  }

  #giveBack(pin: Pin, isLastTry: boolean): void {
    // It was changed meanwhile and waits again already.
    if (pin.queued) return;
    if (isLastTry) this.#drop(pin, 'publish-failed');
    else this.enqueue(pin);
  }

  #drop(pin: Pin, reason: 'queue-full' | 'publish-failed'): void {
    // The next use of the pin tries again.
    pin.savedUntilMs = 0;
    pin.queued = false;
    this.#dropped += 1;
    this.options.observe({ type: 'sticky-write-failed', reason });
  }

  #subject({ tenantId, sessionKey }: Pin): string {
    return subjectOfKey(this.options.bucket, kvKey(tenantId, sessionKey));
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
