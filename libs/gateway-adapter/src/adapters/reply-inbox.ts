import type { Msg, MsgHdrs, NatsConnection, Subscription } from '@nats-io/transport-node';
import { createInbox } from '@nats-io/transport-node';
import type { Clock } from '@beamline/kernel';

/** The raw outcome of one request. */
export type InboxReply =
  | { readonly ok: true; readonly data: Uint8Array; readonly headers: MsgHdrs | undefined }
  | { readonly ok: false; readonly reason: NoReply };

/** `disconnected`: the request was not sent; `connection_lost`: it was, and the connection went before an answer came. */
type NoReply =
  'no_responders' | 'timeout' | 'disconnected' | 'connection_lost' | 'request_too_large';

/** One request on its way out. */
export interface InboxRequest {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: MsgHdrs;
  /** Milliseconds. */
  readonly timeoutMs: number;
}

interface Waiting {
  readonly settle: (reply: InboxReply) => void;
  readonly deadlineMs: number;
}

const SWEEP_INTERVAL_MS = 20;
const NO_RESPONDERS = 503;

/**
 * Requests over one subscription with one timer for all of them, on one connection.
 * The library's own `request` starts a timer and builds an error with a stack for each.
 */
export class ReplyInbox {
  readonly #prefix = `${createInbox()}.`;
  readonly #waiting = new Map<string, Waiting>();
  readonly #subscription: Subscription;
  #sweep: NodeJS.Timeout | undefined;
  #lastToken = 0;
  #connected = true;
  #ended = false;

  constructor(
    private readonly connection: NatsConnection,
    private readonly clock: Clock,
    private readonly onLateReply: (sizeBytes: number) => void,
  ) {
    this.#subscription = connection.subscribe(`${this.#prefix}*`, {
      callback: (error, message) => {
        if (error === null) this.#receive(message);
      },
    });
    void this.#watch();
  }

  /** False once the connection has been closed for good: a new inbox is needed. */
  get usable(): boolean {
    return !this.#ended;
  }

  /** Sends a request and waits for its reply; never rejects. At once `disconnected` while the connection is down. */
  request({ subject, payload, headers, timeoutMs }: InboxRequest): Promise<InboxReply> {
    if (!this.#connected) return Promise.resolve({ ok: false, reason: 'disconnected' });
    this.#lastToken += 1;
    const token = this.#lastToken.toString(36);
    return new Promise((settle) => {
      this.#waiting.set(token, { settle, deadlineMs: this.clock.nowMs() + timeoutMs });
      try {
        this.connection.publish(subject, payload, { reply: this.#prefix + token, headers });
        this.#startSweep();
      } catch {
        this.#settle(token, { ok: false, reason: this.#whyNotSent(payload) });
      }
    });
  }

  /** Gives up on everything that waits and stops listening. */
  close(): void {
    this.#end();
    if (!this.connection.isClosed()) this.#subscription.unsubscribe();
  }

  #receive(message: Msg): void {
    const { data } = message;
    const token = message.subject.slice(this.#prefix.length);
    const reply: InboxReply =
      data.length === 0 && message.headers?.code === NO_RESPONDERS
        ? { ok: false, reason: 'no_responders' }
        : { ok: true, data, headers: message.headers };
    if (!this.#settle(token, reply)) this.onLateReply(data.length);
  }

  #settle(token: string, reply: InboxReply): boolean {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return false;
    this.#waiting.delete(token);
    if (this.#waiting.size === 0) this.#stopSweep();
    waiting.settle(reply);
    return true;
  }

  #whyNotSent(payload: Uint8Array): NoReply {
    const maxBytes = this.connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
    // Headers count as well; whoever comes that close to the bound is over it.
    return payload.length > maxBytes - 1024 ? 'request_too_large' : 'disconnected';
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'reconnect') this.#connected = true;
      if (type === 'disconnect') {
        this.#connected = false;
        this.#loseAll();
      }
    }
    this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#connected = false;
    this.#loseAll();
  }

  #loseAll(): void {
    for (const token of this.#waiting.keys()) {
      this.#settle(token, { ok: false, reason: 'connection_lost' });
    }
  }

  #startSweep(): void {
    this.#sweep ??= setInterval(() => this.#expire(), SWEEP_INTERVAL_MS);
  }

  #stopSweep(): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  #expire(): void {
    const nowMs = this.clock.nowMs();
    for (const [token, { deadlineMs }] of this.#waiting) {
      if (deadlineMs <= nowMs) this.#settle(token, { ok: false, reason: 'timeout' });
    }
  }
}
