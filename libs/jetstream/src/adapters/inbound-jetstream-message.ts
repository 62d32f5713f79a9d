import type { HeaderReader } from '@beamline/contracts/core';
import type { JsMsg } from '@nats-io/jetstream';
import { headerReaderOf } from './header-reader.js';

/** One delivery of a stored message. It ends with exactly one of ack, nak or term; further ones do nothing. */
export class InboundJetStreamMessage {
  #isSettled = false;
  #headers: HeaderReader | undefined;

  constructor(private readonly message: JsMsg) {}

  get subject(): string {
    return this.message.subject;
  }

  get data(): Uint8Array {
    return this.message.data;
  }

  get headers(): HeaderReader {
    this.#headers ??= headerReaderOf(this.message.headers);
    return this.#headers;
  }

  /** Which delivery this is, 1 for the first. */
  get deliveryCount(): number {
    return this.message.info.deliveryCount;
  }

  get streamSequence(): number {
    return this.message.info.streamSequence;
  }

  /** When the stream stored it, in Unix milliseconds. */
  get timestampMs(): number {
    return Math.floor(this.message.info.timestampNanos / 1e6);
  }

  /** Whether ack, nak or term was called. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Done: the server forgets it. Lost when the connection is down; the server then delivers it once more. */
  ack(): void {
    this.#isSettled = true;
    this.message.ack();
  }

  /** Not now: the server delivers it again after `delayMs`. */
  nak(delayMs: number): void {
    this.#isSettled = true;
    this.message.nak(delayMs);
  }

  /** Never again. Takes no reason: servers before 2.10.4 ignore a term that has one and deliver the message again. */
  term(): void {
    this.#isSettled = true;
    this.message.term();
  }

  /** Still at it: the server's redelivery timer starts anew. */
  working(): void {
    this.message.working();
  }
}
