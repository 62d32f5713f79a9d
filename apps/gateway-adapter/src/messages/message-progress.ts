import type { ConsumerPosition } from '@beamline/jetstream';
import type { MessageBoard } from './message-board.js';
import type { MessageAnswers } from './message-answers.js';
import { messageKey } from './message-key.js';
import type { MessageIds } from './message-state.js';

/** What {@link MessageProgress} stands on. */
export interface MessageProgressParts {
  readonly board: MessageBoard;
  readonly answers: Pick<MessageAnswers, 'find'>;
  /** How far the router is in the stream; `undefined`: that is not known now. */
  readonly position: () => Promise<ConsumerPosition | undefined>;
  /** Milliseconds between two looks. Default 1 000. */
  readonly everyMs?: number;
}

/** Messages that are asked for in one look; the others have to wait for the next. */
const MAX_ASKED = 20;

interface Followed {
  readonly ids: MessageIds;
  watchers: number;
}

/** Follows messages through the stream for as long as somebody wants to know: one look for all of them. */
export class MessageProgress {
  readonly #followed = new Map<string, Followed>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: MessageProgressParts) {}

  /** Follows a message. @returns A function that ends it. */
  follow(ids: MessageIds): () => void {
    const key = messageKey(ids.tenantId, ids.messageId);
    const followed = this.#followed.get(key) ?? { ids, watchers: 0 };
    followed.watchers += 1;
    this.#followed.set(key, followed);
    if (this.#timer === undefined) this.#schedule(0);
    return () => {
      followed.watchers -= 1;
      if (followed.watchers === 0) this.#followed.delete(key);
    };
  }

  #schedule(afterMs: number): void {
    this.#timer = setTimeout(() => void this.#look(), afterMs).unref();
  }

  async #look(): Promise<void> {
    const position = await this.parts.position();
    if (position !== undefined) this.parts.board.advance(position);
    await Promise.all(this.#missed(position).map((ids) => this.parts.answers.find(ids)));
    this.#timer = undefined;
    if (this.#followed.size > 0) this.#schedule(this.parts.everyMs ?? 1000);
  }

  /** Those whose answer may have come while nobody here listened. Who is asked for goes behind all others: everybody gets a turn. */
  #missed(position: ConsumerPosition | undefined): readonly MessageIds[] {
    const missed = [...this.#followed]
      .filter(([key]) => this.#mayBeDone(key, position))
      .slice(0, MAX_ASKED);
    for (const [key, followed] of missed) {
      this.#followed.delete(key);
      this.#followed.set(key, followed);
    }
    return missed.map(([, { ids }]) => ids);
  }

  #mayBeDone(key: string, position: ConsumerPosition | undefined): boolean {
    const message = this.parts.board.find(key);
    if (message?.state.stage === 'done') return false;
    const seq = message?.seq;
    return seq === undefined || (position !== undefined && seq <= position.doneSeq);
  }
}
