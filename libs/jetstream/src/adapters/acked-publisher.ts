import type { Observer } from '@beamline/kernel';
import {
  createInbox,
  type Msg,
  type NatsConnection,
  type PublishOptions,
} from '@nats-io/transport-node';
import type { NatsEvent, NatsFailure } from '../core/nats.events.js';
import { Linger } from './linger.js';
import { natsFailureOf } from './nats-failure.js';
import type { NatsLink } from './nats-link.js';
import { pubResultOf, type PubResult } from './pub-ack.js';
import { publishHeaders, type PublishHeaderOptions } from './publish-headers.js';
import { toBytes } from './to-bytes.js';

/** Settings of {@link AckedPublisher}. */
export interface AckedPublisherOptions {
  /** Publishes that may wait for their acknowledgement at once. Default 4 096. Beyond it: `window_full`, at once. */
  readonly maxPending?: number;
  /** How long one waits, in milliseconds. Default 5 000. Checked every twentieth of it. */
  readonly timeoutMs?: number;
  /**
   * Under load publishes wait up to this long for company, and so do their acknowledgements, in milliseconds: one
   * write to the socket for many costs both ends a fraction of one each. Default 0: nothing waits.
   */
  readonly lingerMs?: number;
  /** Names the stream of a subject for `publish-failed`: a closed set. Default: `unknown`. */
  readonly streamOf?: (subject: string) => string;
  readonly observe: Observer<NatsEvent>;
}

interface Outgoing {
  readonly token: string;
  readonly subject: string;
  readonly payload: string | Uint8Array;
  readonly options: PublishHeaderOptions | undefined;
}

/** Publishes under way from which on lingering pays; below it everything goes at once. */
const LINGER_FROM = 16;

interface Pending {
  readonly subject: string;
  readonly startedMs: number;
  readonly resolve: (result: PubResult) => void;
}

/**
 * Publishes into streams and waits for the acknowledgement, many at a time over one inbox: a fraction of what a
 * request per publish costs. Failures are values; a publish never throws and never waits longer than its timeout.
 *
 * While the connection is down every publish fails at once with `connection`, and so do all that wait when it goes
 * down. The driver would buffer them, throw that buffer away when it connects again, and nobody would be told.
 */
export class AckedPublisher {
  readonly #maxPending: number;
  readonly #timeoutMs: number;
  /** In the order of publishing, so that the oldest is the first. */
  readonly #pending = new Map<string, Pending>();
  readonly #endWatch: () => void;
  #connection: NatsConnection | undefined;
  #inbox = '';
  #next = 0;
  #sweeper: NodeJS.Timeout | undefined;
  readonly #linger: Linger;
  #wakeIdle: (() => void) | undefined;

  constructor(
    private readonly link: NatsLink,
    private readonly options: AckedPublisherOptions,
  ) {
    this.#maxPending = options.maxPending ?? 4_096;
    this.#timeoutMs = options.timeoutMs ?? 5_000;
    this.#linger = new Linger(options.lingerMs ?? 0);
    this.#endWatch = link.watch((state, connection) => {
      if (state === 'connected') this.#listen(connection);
      else this.#failAll('connection', 'the connection was lost before the acknowledgement');
    });
  }

  /** Publishes that wait for their acknowledgement. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Whether a publish would be tried now, instead of failing with `window_full`. */
  get hasRoom(): boolean {
    return this.#pending.size < this.#maxPending;
  }

  /** Publishes and waits until the stream has stored it, or for the reason why it has not. */
  publish(
    subject: string,
    payload: string | Uint8Array,
    options?: PublishHeaderOptions,
  ): Promise<PubResult> {
    const connection = this.#connection;
    if (connection === undefined || !this.link.isConnected) {
      return this.#refuse(subject, 'connection', 'NATS is not connected');
    }
    if (!this.hasRoom) {
      const message = `${this.#maxPending} publishes wait for their acknowledgement already`;
      return this.#refuse(subject, 'window_full', message);
    }
    const token = (this.#next++).toString(36);
    this.#sweeper ??= this.#startSweeping();
    return new Promise((resolve) => {
      this.#pending.set(token, { subject, startedMs: performance.now(), resolve });
      this.#linger.act(this.#hasCompany, () => this.#send({ token, subject, payload, options }));
    });
  }

  /**
   * Publishes without an acknowledgement of its own: one that is published after it on this connection and acknowledged
   * vouches for it, since the server takes them in order.
   *
   * @returns `false` when it could not be sent: no connection, or the driver refuses it.
   */
  publishAhead(
    subject: string,
    payload: string | Uint8Array,
    options: PublishHeaderOptions,
  ): boolean {
    if (this.#connection === undefined || !this.link.isConnected) return false;
    try {
      const headers = publishHeaders(options);
      this.#connection.publish(subject, toBytes(payload), headers ? { headers } : {});
      return true;
    } catch (error) {
      this.#reportFailure(subject, { reason: failureOfThrown(error), message: String(error) });
      return false;
    }
  }

  /** Waits up to `graceMs` for what is pending, then fails the rest. */
  async close(graceMs: number): Promise<void> {
    if (this.#pending.size > 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wakeIdle = resolve;
        timer = setTimeout(resolve, graceMs);
      });
      clearTimeout(timer);
    }
    this.#endWatch();
    this.#failAll('connection', 'the publisher was closed before the acknowledgement');
    this.#connection = undefined;
  }

  get #hasCompany(): boolean {
    return this.#pending.size >= LINGER_FROM;
  }

  #send({ token, subject, payload, options }: Outgoing): void {
    // It failed while it waited for company: the connection went.
    if (!this.#pending.has(token)) return;
    try {
      this.#connection?.publish(subject, toBytes(payload), this.#driverOptions(token, options));
    } catch (error) {
      this.#end(token, { ok: false, reason: failureOfThrown(error), message: String(error) });
    }
  }

  #driverOptions(token: string, options: PublishHeaderOptions | undefined): PublishOptions {
    const reply = this.#inbox + token;
    const headers = options && publishHeaders(options);
    return headers ? { reply, headers } : { reply };
  }

  #listen(connection: NatsConnection): void {
    // The driver renews the subscription of a connection that comes back.
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.#inbox = `${createInbox()}.`;
    const prefixLength = this.#inbox.length;
    connection.subscribe(`${this.#inbox}*`, {
      callback: (error, message) => {
        if (error) this.#unheard(error);
        else this.#settle(message.subject.slice(prefixLength), message);
      },
    });
  }

  /** The server refused our inbox: no acknowledgement can ever come. */
  #unheard(error: Error): void {
    this.options.observe({
      type: 'subscribe-failed',
      reason: natsFailureOf(error),
      message: error.message,
    });
    this.#failAll('broker_error', error.message);
  }

  #settle(token: string, answer: Msg): void {
    this.#linger.act(this.#hasCompany, () => this.#end(token, pubResultOf(answer)));
  }

  #end(token: string, result: PubResult): void {
    const pending = this.#pending.get(token);
    // Too late: its caller was told of the timeout already.
    if (pending === undefined) return;
    this.#pending.delete(token);
    this.#finish(pending, result);
    if (this.#pending.size === 0) this.#wakeIdle?.();
  }

  #finish(pending: Pending, result: PubResult): void {
    if (result.ok) {
      this.options.observe({
        type: 'published-with-ack',
        durationMs: performance.now() - pending.startedMs,
        duplicate: result.duplicate,
      });
    } else {
      this.#reportFailure(pending.subject, result);
    }
    pending.resolve(result);
  }

  #refuse(subject: string, reason: NatsFailure, message: string): Promise<PubResult> {
    this.#reportFailure(subject, { reason, message });
    return Promise.resolve({ ok: false, reason, message });
  }

  #reportFailure(
    subject: string,
    { reason, message }: { readonly reason: NatsFailure; readonly message: string },
  ): void {
    const stream = this.options.streamOf?.(subject) ?? 'unknown';
    this.options.observe({ type: 'publish-failed', withAck: true, reason, stream, message });
  }

  #failAll(reason: NatsFailure, message: string): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of all) this.#finish(pending, { ok: false, reason, message });
    this.#stopSweeping();
    this.#wakeIdle?.();
  }

  #startSweeping(): NodeJS.Timeout {
    const everyMs = Math.max(10, Math.round(this.#timeoutMs / 20));
    return setInterval(() => this.#sweep(), everyMs).unref();
  }

  #stopSweeping(): void {
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  /** One timer for all: a timer per publish costs more than the publish. */
  #sweep(): void {
    this.options.observe({ type: 'publish-window', pending: this.#pending.size });
    const oldestMs = performance.now() - this.#timeoutMs;
    for (const [token, pending] of this.#pending) {
      if (pending.startedMs > oldestMs) break;
      this.#pending.delete(token);
      const message = `no acknowledgement within ${this.#timeoutMs} ms`;
      this.#finish(pending, { ok: false, reason: 'timeout', message });
    }
    if (this.#pending.size === 0) {
      this.#stopSweeping();
      this.#wakeIdle?.();
    }
  }
}

/** What the driver throws at once is about the message itself: its subject, its size, its headers. */
function failureOfThrown(error: unknown): NatsFailure {
  const reason = natsFailureOf(error);
  return reason === 'unknown' ? 'broker_error' : reason;
}
