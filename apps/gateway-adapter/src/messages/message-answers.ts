import type { EdgeEvent, RouterAnswer, RouterClient } from '@beamline/gateway-adapter';
import { type HeardMessage, listenForEver, type NatsLink } from '@beamline/jetstream';
import type { NatsEvent } from '@beamline/jetstream/core';
import type { Observer } from '@beamline/kernel';
import type { MessageBoard } from './message-board.js';
import { keyOfReply, MESSAGE_REPLIES, messageKey } from './message-key.js';
import { type Message, type MessageIds, readAnswer } from './message-state.js';

/** What {@link MessageAnswers} stands on. */
export interface MessageAnswersParts {
  readonly link: NatsLink;
  readonly board: MessageBoard;
  readonly router: Pick<RouterClient, 'getDecision'>;
  readonly observe: Observer<EdgeEvent>;
  readonly observeNats: Observer<NatsEvent>;
}

/** What is known of a message: where it stands, that nothing is, or that the router could not be asked. */
export type FoundMessage =
  | { readonly kind: 'known'; readonly message: Message }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable'; readonly answer: RouterAnswer };

/** Hears the router's answers to messages, and asks it where one may have been missed. */
export class MessageAnswers {
  #end: (() => void) | undefined;

  constructor(private readonly parts: MessageAnswersParts) {}

  /** Begins to listen. */
  start(): void {
    const { link, observeNats: observe } = this.parts;
    const hear = (message: HeardMessage): void => this.#hear(message);
    this.#end ??= listenForEver(link, { subject: MESSAGE_REPLIES, hear, observe });
  }

  /** Listens no more. */
  stop(): void {
    this.#end?.();
    this.#end = undefined;
  }

  /** Where a message stands. What is not done here may be done all the same: answers are not kept for who was away. */
  async find(ids: MessageIds): Promise<FoundMessage> {
    const key = messageKey(ids.tenantId, ids.messageId);
    const known = this.parts.board.find(key);
    if (known?.state.stage === 'done') return { kind: 'known', message: known };
    const answer = await this.parts.router.getDecision(ids.messageId, { tenantId: ids.tenantId });
    if (answer.kind === 'decided') this.#take(key, answer.body);
    const message = this.parts.board.find(key);
    if (message !== undefined) return { kind: 'known', message };
    const isUnknown = answer.kind === 'refused' && answer.error.code === 'decision_not_found';
    return isUnknown ? { kind: 'unknown' } : { kind: 'unavailable', answer };
  }

  #hear({ subject, data }: HeardMessage): void {
    this.#take(keyOfReply(subject), data);
  }

  #take(key: string, data: Uint8Array): void {
    const { board, observe } = this.parts;
    const answer = readAnswer(parse(data));
    if (answer === undefined || board.find(key)?.state.stage === 'done') return;
    board.answered(key, answer, data.length);
    observe({ type: 'message-answered', outcome: answer.ok ? 'decided' : 'failed' });
  }
}

function parse(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());
  } catch {
    return undefined;
  }
}
