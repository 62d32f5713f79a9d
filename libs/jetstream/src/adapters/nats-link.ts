import type { Observer } from '@beamline/kernel';
import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DurabilityFacts, durabilityOf } from '../core/durability.js';
import type { NatsEvent } from '../core/nats.events.js';
import { reconnectDelayMs, type ReconnectPace } from '../core/reconnect-delay.js';
import { authenticatorOf, type NatsCredentials, type NatsTls, tlsOptionsOf } from './nats-auth.js';
import { messageOf, natsFailureOf } from './nats-failure.js';
import { systemRandom } from './random.js';

/** Settings of {@link NatsLink}. */
export interface NatsLinkOptions {
  /** One URL, or several of one cluster. */
  readonly servers: string | readonly string[];
  /** Name under which the server lists this connection. Default `beamline`. */
  readonly name?: string;
  /** How long one connection attempt may take, in milliseconds. Default 5 000. */
  readonly connectTimeoutMs?: number;
  /** Pause after the first failed attempt, in milliseconds; doubles from there. Default 1 000. */
  readonly reconnectDelayMs?: number;
  /** Longest pause between attempts, in milliseconds. Default 30 000. Attempts go on for ever. */
  readonly maxReconnectDelayMs?: number;
  /** How often a silent connection is probed, in milliseconds; two unanswered probes end it. Default 10 000. */
  readonly pingIntervalMs?: number;
  readonly credentials?: NatsCredentials;
  /** Default: no TLS unless the server asks for it. */
  readonly tls?: NatsTls;
}

/** What a {@link NatsLink} tells its watchers. */
export type NatsLinkState = 'connected' | 'disconnected' | 'closed';

/** Called at once with the present state when it is `connected`, then at each change. Must not throw. */
export type NatsLinkWatcher = (state: NatsLinkState, connection: NatsConnection) => void;

/**
 * The one connection of a process to NATS, kept up for ever. It starts without a server, survives its loss, and opens
 * a fresh connection should the driver give the old one up.
 */
export class NatsLink {
  /** Settles with the first connection. Never rejects: without a server it stays open. */
  readonly ready: Promise<NatsConnection>;
  #becomeReady: ((connection: NatsConnection) => void) | undefined;
  readonly #watchers = new Set<NatsLinkWatcher>();
  readonly #pace: ReconnectPace;
  readonly #stopping = new AbortController();
  #connection: NatsConnection | undefined;
  #isConnected = false;
  #failedAttempts = 0;
  #running: Promise<void> | undefined;

  constructor(
    private readonly options: NatsLinkOptions,
    private readonly observe: Observer<NatsEvent>,
  ) {
    this.ready = new Promise((resolve) => {
      this.#becomeReady = resolve;
    });
    this.#pace = {
      baseMs: options.reconnectDelayMs ?? 1_000,
      maxMs: options.maxReconnectDelayMs ?? 30_000,
    };
  }

  /** The present connection, also while it is down; `undefined` before the first one. */
  get connection(): NatsConnection | undefined {
    return this.#connection;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Version of the server last connected to, like `2.9.10`. */
  get serverVersion(): string | undefined {
    return this.#connection?.info?.version;
  }

  /** What the connected server's acknowledgements are worth, as far as that can be known. */
  get durability(): DurabilityFacts {
    return durabilityOf(this.serverVersion);
  }

  /** Begins to connect in the background and returns at once. Further calls do nothing. */
  start(): void {
    this.#running ??= this.#keepConnected();
  }

  /** Tells `watcher` of every change. @returns A function that ends it. */
  watch(watcher: NatsLinkWatcher): () => void {
    this.#watchers.add(watcher);
    if (this.#isConnected && this.#connection) watcher('connected', this.#connection);
    return () => void this.#watchers.delete(watcher);
  }

  /** Sends what is buffered and closes, within `timeoutMs` (default 2 000), then for good. */
  async close(timeoutMs: number = 2_000): Promise<void> {
    this.#stopping.abort();
    const connection = this.#connection;
    if (connection && !connection.isClosed()) {
      const patience = new AbortController();
      const orderly = this.#isConnected ? connection.drain() : Promise.resolve();
      const limit = sleep(timeoutMs, undefined, { signal: patience.signal });
      await Promise.race([orderly, limit]).catch(() => undefined);
      patience.abort();
      await connection.close().catch(() => undefined);
    }
    await this.#running;
  }

  async #keepConnected(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const connection = await this.#tryConnect();
      if (connection) {
        await this.#live(connection);
      } else {
        await this.#pause(reconnectDelayMs(this.#failedAttempts, this.#pace, systemRandom));
      }
    }
  }

  async #tryConnect(): Promise<NatsConnection | undefined> {
    try {
      const connection = await connect(this.#driverOptions());
      if (!this.#stopping.signal.aborted) return connection;
      await connection.close();
    } catch (error) {
      this.#failedAttempts += 1;
      this.observe({
        type: 'connect-failed',
        reason: natsFailureOf(error),
        message: messageOf(error),
      });
    }
    return undefined;
  }

  /** Follows one connection until it is closed for good. */
  async #live(connection: NatsConnection): Promise<void> {
    const isFirst = this.#connection === undefined;
    this.#connection = connection;
    this.#enter('connected', connection);
    this.observe({ type: isFirst ? 'connected' : 'reconnected' });
    this.#becomeReady?.(connection);
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') this.#lose(connection);
      else if (type === 'reconnecting') this.#attempt();
      else if (type === 'reconnect') this.#regain(connection);
    }
    await connection.closed();
    if (this.#isConnected) this.#lose(connection);
    if (this.#stopping.signal.aborted) {
      this.#enter('closed', connection);
      this.observe({ type: 'closed' });
    }
  }

  #attempt(): void {
    this.#failedAttempts += 1;
    this.observe({ type: 'reconnecting' });
  }

  #lose(connection: NatsConnection): void {
    if (!this.#isConnected) return;
    this.#enter('disconnected', connection);
    // Told to close, it is not lost: `closed` follows.
    if (!this.#stopping.signal.aborted) this.observe({ type: 'disconnected' });
  }

  #regain(connection: NatsConnection): void {
    this.#enter('connected', connection);
    this.observe({ type: 'reconnected' });
  }

  #enter(state: NatsLinkState, connection: NatsConnection): void {
    this.#isConnected = state === 'connected';
    if (this.#isConnected) this.#failedAttempts = 0;
    for (const watcher of this.#watchers) watcher(state, connection);
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  #driverOptions(): NodeConnectionOptions {
    const { options } = this;
    const authenticator = authenticatorOf(options.credentials ?? {});
    return {
      servers: typeof options.servers === 'string' ? options.servers : [...options.servers],
      name: options.name ?? 'beamline',
      timeout: options.connectTimeoutMs ?? 5_000,
      pingInterval: options.pingIntervalMs ?? 10_000,
      maxPingOut: 2,
      maxReconnectAttempts: -1,
      reconnectDelayHandler: () => reconnectDelayMs(this.#failedAttempts, this.#pace, systemRandom),
      // Wrong credentials may be put right on the server: keep trying.
      ignoreAuthErrorAbort: true,
      // A stack trace per request costs more than the request.
      noAsyncTraces: true,
      ...(authenticator === undefined ? {} : { authenticator }),
      ...(options.tls === undefined ? {} : { tls: tlsOptionsOf(options.tls) }),
    };
  }
}
