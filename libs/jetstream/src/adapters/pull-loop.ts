import {
  createInbox,
  type Msg,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';
import { PullRefusedError } from './nats-failure.js';

/** What a {@link PullLoop} asks for, and who takes it. */
export interface PullLoopOptions {
  readonly stream: string;
  readonly durable: string;
  /** Most messages asked for and not yet here. */
  readonly prefetch: number;
  /** How many more messages can be taken now. Asked before each request for more. */
  readonly room: () => number;
  readonly take: (message: Msg) => void;
  /** Whether silence means something: not while the connection is down. */
  readonly isConnected: () => boolean;
}

/** How long one request waits on the server, and how soon its silence is noticed, in milliseconds. */
const EXPIRES_MS = 10_000;
const HEARTBEAT_MS = 2_500;
/** How often a loop that has no room looks again, in milliseconds. */
const STARVED_MS = 20;
const NANOS_PER_MS = 1e6;

const HEARTBEAT = 100;
/** The request ended before it was filled: its time is up, or there was nothing. */
const UNFILLED = new Set([404, 408]);
const PENDING_MESSAGES = 'Nats-Pending-Messages';

/**
 * Pulls from one consumer until it ends: asks only for what there is room for, ahead of time where there is plenty. The
 * driver's own loop asks for a fixed number, which would bring a burst that nobody has the means to work on.
 */
export class PullLoop {
  /** Resolves when the loop ends, with the reason where it was not told to. */
  readonly closed: Promise<Error | undefined>;
  readonly #inbox = createInbox();
  readonly #subscription: Subscription;
  readonly #watch: NodeJS.Timeout;
  #resolve: (reason: Error | undefined) => void = () => undefined;
  #outstanding = 0;
  #heardMs = performance.now();
  #again: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(
    private readonly connection: NatsConnection,
    private readonly options: PullLoopOptions,
  ) {
    this.closed = new Promise((resolve) => (this.#resolve = resolve));
    this.#subscription = connection.subscribe(this.#inbox, {
      callback: (error, message) => {
        if (error) this.stop(error);
        else this.#hear(message);
      },
    });
    void this.#subscription.closed.then(() => this.stop());
    this.#watch = setInterval(() => this.#endOnSilence(), HEARTBEAT_MS).unref();
    this.ask();
  }

  /** Looks whether more can be asked for. Cheap: to be called whenever something was settled. */
  ask(): void {
    const { prefetch, room } = this.options;
    if (this.#isOver || this.#outstanding * 2 > prefetch) return;
    const wanted = Math.min(prefetch, Math.floor(room()));
    if (wanted >= 1 && this.#outstanding * 2 <= wanted) this.#request(wanted - this.#outstanding);
    else if (this.#outstanding === 0) this.#lookAgain();
  }

  /** Ends the loop. What is on its way here comes again after the consumer's ack wait. */
  stop(reason?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#watch);
    clearTimeout(this.#again);
    this.#subscription.unsubscribe();
    this.#resolve(reason);
  }

  #request(batch: number): void {
    const { stream, durable } = this.options;
    if (this.#outstanding === 0) this.#heardMs = performance.now();
    this.#outstanding += batch;
    const request = {
      batch,
      expires: EXPIRES_MS * NANOS_PER_MS,
      idle_heartbeat: HEARTBEAT_MS * NANOS_PER_MS,
    };
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`;
    this.connection.publish(subject, JSON.stringify(request), { reply: this.#inbox });
  }

  /** Room may come without anything of ours being settled: others share it. */
  #lookAgain(): void {
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      this.ask();
    }, STARVED_MS).unref();
  }

  #hear(message: Msg): void {
    this.#heardMs = performance.now();
    if (message.subject === this.#inbox) return this.#hearStatus(message);
    this.#outstanding = Math.max(0, this.#outstanding - 1);
    this.options.take(message);
    this.ask();
  }

  #hearStatus({ headers }: Msg): void {
    const code = headers?.code ?? 0;
    if (code === HEARTBEAT) return;
    if (!UNFILLED.has(code)) {
      this.stop(new PullRefusedError(code, headers?.description || `pull refused with ${code}`));
      return;
    }
    // Servers that do not say how much of the request is left: all of it.
    const left = Number(headers?.get(PENDING_MESSAGES) || this.#outstanding);
    this.#outstanding = Math.max(0, this.#outstanding - left);
    this.ask();
  }

  #endOnSilence(): void {
    if (!this.options.isConnected() || this.#outstanding === 0) return;
    if (performance.now() - this.#heardMs <= 2 * HEARTBEAT_MS) return;
    this.stop(new PullRefusedError(0, 'heartbeats missed'));
  }
}
