import type { HeaderReader } from '@beamline/contracts/core';
import type { Msg } from '@nats-io/transport-node';
import { headerReaderOf } from './header-reader.js';

/** A request as a request/reply handler sees it. Everything but the bytes is read when it is asked for. */
export class InboundRequest {
  /** When it arrived, in milliseconds of the monotonic clock. */
  readonly receivedAtMs: number;
  #headers: HeaderReader | undefined;

  constructor(
    private readonly message: Msg,
    /** The subject it came in on. */
    readonly subject: string,
  ) {
    this.receivedAtMs = performance.now();
  }

  get data(): Uint8Array {
    return this.message.data;
  }

  get headers(): HeaderReader {
    this.#headers ??= headerReaderOf(this.message.headers);
    return this.#headers;
  }

  /** Where the answer goes; `undefined` when the sender wants none. */
  get reply(): string | undefined {
    return this.message.reply || undefined;
  }
}
