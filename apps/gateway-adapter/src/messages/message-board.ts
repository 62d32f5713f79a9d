import { LRUCache } from 'lru-cache';
import {
  isNews,
  type Message,
  type MessageAnswer,
  type MessageState,
  stateAt,
  type StreamPosition,
} from './message-state.js';

/** How much is remembered. */
export interface MessageBoardOptions {
  /** Messages; beyond it the one that was longest without news goes. */
  readonly max: number;
  /** Bytes of all of them. Default 67 108 864. */
  readonly maxBytes?: number;
  /** After how long without news a message is forgotten, in milliseconds. */
  readonly ttlMs: number;
}

/** Hears where a message stands, each time that changes. Must not throw. */
export type MessageWatcher = (message: Message) => void;

interface Entry {
  readonly message: Message;
  /** Of its answer; 0 before there is one. */
  readonly answerBytes: number;
}

const DEFAULT_MAX_BYTES = 67_108_864;
/** What a message takes beside its answer, roughly. */
const SMALL_BYTES = 512;

/** Where messages stand, and who wants to know. */
export class MessageBoard {
  readonly #messages: LRUCache<string, Entry>;
  readonly #watchers = new Map<string, Set<MessageWatcher>>();

  constructor({ max, maxBytes = DEFAULT_MAX_BYTES, ttlMs }: MessageBoardOptions) {
    this.#messages = new LRUCache({ max, maxSize: maxBytes, ttl: ttlMs });
  }

  /** Messages that somebody watches. */
  get watched(): number {
    return this.#watchers.size;
  }

  /** Where a message stands; `undefined`: it is not known here. */
  find(key: string): Message | undefined {
    return this.#messages.get(key)?.message;
  }

  /** Forgets what is known of a message: it is about to be sent again. */
  forget(key: string): void {
    this.#messages.delete(key);
  }

  /** Notes that a message is in the stream. @returns where it stands. */
  accepted(key: string, { seq, atMs }: { readonly seq: number; readonly atMs: number }): Message {
    // The answer may be faster than the acknowledgement.
    const known = this.#messages.get(key);
    const state: MessageState = known?.message.state ?? { stage: 'accepted' };
    const message = { seq, acceptedAtMs: atMs, state };
    this.#post(key, message, known?.answerBytes);
    return message;
  }

  /** Notes what the router answered, and how large that was. */
  answered(key: string, answer: MessageAnswer, sizeBytes: number): void {
    const known = this.find(key);
    if (known?.state.stage === 'done') return;
    const { seq, acceptedAtMs } = known ?? { seq: undefined, acceptedAtMs: undefined };
    this.#post(key, { seq, acceptedAtMs, state: { stage: 'done', answer } }, sizeBytes);
  }

  /** Notes how far the router is, for the messages that somebody watches. */
  advance(position: StreamPosition): void {
    for (const key of this.#watchers.keys()) {
      const message = this.find(key);
      if (message?.seq === undefined) continue;
      const state = stateAt(message.seq, position);
      if (isNews(message.state, state)) this.#post(key, { ...message, state });
    }
  }

  /** Calls back with every change of a message. @returns A function that ends it. */
  watch(key: string, watcher: MessageWatcher): () => void {
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(key) === watchers) this.#watchers.delete(key);
    };
  }

  #post(key: string, message: Message, answerBytes: number = 0): void {
    this.#messages.set(key, { message, answerBytes }, { size: SMALL_BYTES + answerBytes });
    for (const watcher of this.#watchers.get(key) ?? []) watcher(message);
  }
}
