import type { HeaderReader } from '@beamline/contracts/core';
import type { Msg } from '@nats-io/transport-node';
import { type DeliveryInfo, deliveryInfoOf } from './delivery-info.js';
import { headerReaderOf } from './header-reader.js';
import { toBytes } from './to-bytes.js';

const ACK = toBytes('+ACK');
const TERM = toBytes('+TERM');
const WORKING = toBytes('+WPI');
const NANOS_PER_MS = 1e6;

/** One delivery of a stored message. It ends with exactly one of ack, nak or term; further ones do nothing. */
export class InboundJetStreamMessage {
  #isSettled = false;
  #headers: HeaderReader | undefined;
  #info: DeliveryInfo | undefined;

  constructor(private readonly message: Msg) {}

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
    return this.#delivery.deliveryCount;
  }

  get streamSequence(): number {
    return this.#delivery.streamSequence;
  }

  /** When the stream stored it, in Unix milliseconds. */
  get timestampMs(): number {
    return Math.floor(this.#delivery.timestampNanos / NANOS_PER_MS);
  }

  /** Whether ack, nak or term was called. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Done: the server forgets it. Lost when the connection is down; the server then delivers it once more. */
  ack(): void {
    this.#settle(ACK);
  }

  /** Not now: the server delivers it again after `delayMs`. */
  nak(delayMs: number): void {
    const delay = Math.round(delayMs * NANOS_PER_MS);
    this.#settle(toBytes(delay > 0 ? `-NAK {"delay":${delay}}` : '-NAK'));
  }

  /** Never again. Takes no reason: servers before 2.10.4 ignore a term that has one and deliver the message again. */
  term(): void {
    this.#settle(TERM);
  }

  /** Still at it: the server's redelivery timer starts anew. */
  working(): void {
    if (!this.#isSettled) this.message.respond(WORKING);
  }

  get #delivery(): DeliveryInfo {
    this.#info ??= deliveryInfoOf(this.message.reply ?? '');
    return this.#info;
  }

  #settle(verdict: Uint8Array): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.message.respond(verdict);
  }
}
