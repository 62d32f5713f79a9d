import type { StreamEnd } from '@beamline/gateway-adapter';
import { HEARTBEAT, OPENING } from './stream-events.js';

/** What an event stream is written to: Node's response. */
export interface StreamWire {
  /** Its client is gone: `close` will not be told again. */
  readonly destroyed: boolean;
  /** Bytes that the client has not taken yet. */
  readonly writableLength: number;
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  write(text: string): unknown;
  end(): unknown;
  destroy(): unknown;
  on(event: 'close' | 'error', listener: () => void): unknown;
}

/** Bounds of an event stream. */
export interface EventStreamOptions {
  /** It is ended after that long, in milliseconds; the client resumes it. */
  readonly maxMs: number;
  /** How often silence is broken, in milliseconds. */
  readonly heartbeatMs: number;
  /** Bytes that may wait for a slow client; beyond it the client is cut off. Default 262 144. */
  readonly maxBufferedBytes?: number;
}

const DEFAULT_MAX_BUFFERED = 262_144;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Nginx would keep the events until it has enough of them.
  'x-accel-buffering': 'no',
};

/** Server-sent events to one client, bounded in time and in what waits. */
export class EventStream {
  readonly #heartbeat: NodeJS.Timeout;
  readonly #limit: NodeJS.Timeout;
  #isOpen = true;

  /** `onEnd` is called once, whoever ends it. */
  constructor(
    private readonly wire: StreamWire,
    private readonly options: EventStreamOptions,
    private readonly onEnd: (reason: StreamEnd) => void,
  ) {
    this.#heartbeat = setInterval(() => this.send(HEARTBEAT), options.heartbeatMs).unref();
    this.#limit = setTimeout(() => this.end('expired'), options.maxMs).unref();
    wire.on('close', () => this.#finish('client'));
    wire.on('error', () => this.#finish('client'));
  }

  /** Answers the request: from here on it is a stream. */
  open(headers: Readonly<Record<string, string>>): void {
    this.wire.writeHead(200, { ...headers, ...HEADERS });
    this.send(OPENING);
  }

  /** Sends events. Who does not read them is cut off: it comes back and goes on where it was. */
  send(text: string): void {
    if (!this.#isOpen) return;
    if (this.wire.writableLength > (this.options.maxBufferedBytes ?? DEFAULT_MAX_BUFFERED)) {
      this.#finish('slow');
      this.wire.destroy();
      return;
    }
    this.wire.write(text);
  }

  /** Ends it in order. */
  end(reason: StreamEnd): void {
    if (!this.#isOpen) return;
    this.#finish(reason);
    this.wire.end();
  }

  #finish(reason: StreamEnd): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#limit);
    this.onEnd(reason);
  }
}
