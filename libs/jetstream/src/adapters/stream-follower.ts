import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BucketState } from '../core/bucket-state.js';
import type { StreamSpec } from '../core/stream-spec.js';
import { LostPlaceError } from './bucket-reader.js';
import { ConnectedLoop } from './connected-loop.js';
import { messageOf } from './nats-failure.js';
import type { NatsSource } from './nats-source.js';
import { IncompatibleStreamError, provision } from './provision.js';
import { type ReadingStart, type StreamEntry, StreamReader } from './stream-reader.js';

/** A place in a stream. Sequences of a stream that was made anew start over, so the stream is part of it. */
export interface StreamPosition {
  /** When the stream was made, as the server tells it. */
  readonly created: string;
  /** Of the last message that was told. 0: none yet. */
  readonly seq: number;
}

/** Who follows a stream. Calls come in order and must not throw. */
export interface StreamListener {
  entry(entry: StreamEntry, position: StreamPosition): void;
  /** All that lay in the stream when the reading began has been told. Comes again after each interruption. */
  caughtUp(): void;
  stateChanged(state: BucketState, detail: string): void;
}

export interface StreamFollowerOptions {
  /** The stream; made where it is missing, also when it is deleted meanwhile. */
  readonly spec: StreamSpec;
  readonly filterSubject: string;
  /** Messages told of a stream never seen before, at most: the newest ones. */
  readonly readBack: number;
  /** How often the follower makes sure that it still has its place, in milliseconds. Default 2 000. */
  readonly auditEveryMs?: number;
}

/**
 * Tells a listener every message of a stream, in order and once, through restarts of the server, lost consumers and a
 * deleted stream. It never gives up: each failure is told as a state, and the next try comes after at most two seconds.
 */
export class StreamFollower {
  readonly #loop = new ConnectedLoop({
    run: (connection) => this.#follow(connection),
    failed: (error) => this.#tell(stateAfter(error), messageOf(error)),
    disconnected: () => this.#tell('unreachable', 'connection lost'),
    reconnected: () => this.#reader?.end(),
  });
  #reader: StreamReader | undefined;
  #state: BucketState = 'connecting';
  #detail = '';
  #position: StreamPosition | undefined;

  constructor(
    private readonly options: StreamFollowerOptions,
    private readonly listener: StreamListener,
  ) {}

  get state(): BucketState {
    return this.#state;
  }

  get detail(): string {
    return this.#detail;
  }

  /** What has been told; `undefined` before the stream was first reached. */
  get position(): StreamPosition | undefined {
    return this.#position;
  }

  /** Starts following in the background; returns at once. A second call does nothing. */
  start(source: NatsSource): void {
    this.#loop.start(source);
  }

  async stop(): Promise<void> {
    const stopped = this.#loop.stop();
    this.#reader?.end();
    await stopped;
  }

  async #follow(connection: NatsConnection): Promise<void> {
    const { spec, filterSubject, auditEveryMs = 2_000 } = this.options;
    await provision(connection, { streams: [spec] });
    const jsm = await jetstreamManager(connection, { checkAPI: false });
    const info = await jsm.streams.info(spec.name);
    this.#tell('syncing', '');
    const { created } = info;
    const start = this.#startIn(created, info.state.last_seq);
    const reader = new StreamReader(
      { jsm, info, filterSubject, auditEveryMs },
      (entry) => {
        this.#position = { created, seq: entry.seq };
        this.listener.entry(entry, this.#position);
      },
      () => {
        this.#position ??= { created, seq: 0 };
        this.#tell('synced', '');
        this.listener.caughtUp();
      },
    );
    this.#reader = reader;
    if (!this.#loop.isStopped) await reader.run(start);
  }

  #startIn(created: string, lastSeq: number): ReadingStart {
    const seen = this.#position;
    // Made anew, or rolled back: what we know of its sequences is no longer true.
    if (seen === undefined || seen.created !== created || lastSeq < seen.seq) {
      this.#position = undefined;
      return { newest: this.options.readBack };
    }
    return { afterSeq: seen.seq };
  }

  #tell(state: BucketState, detail: string): void {
    if (state === this.#state && detail === this.#detail) return;
    this.#state = state;
    this.#detail = detail;
    this.listener.stateChanged(state, detail);
  }
}

function stateAfter(error: unknown): BucketState {
  if (error instanceof IncompatibleStreamError) return 'incompatible';
  return error instanceof LostPlaceError ? 'syncing' : 'unreachable';
}
