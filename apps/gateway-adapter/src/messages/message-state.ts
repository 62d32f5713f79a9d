/** Which message is spoken of. */
export interface MessageIds {
  readonly tenantId: string;
  readonly messageId: string;
}

/** A durable request as the gateway knows it. */
export interface Message {
  /** Where it is in the stream; `undefined`: another gateway, or an earlier life of this one, took it. */
  readonly seq: number | undefined;
  /** Unix milliseconds; `undefined` as above. */
  readonly acceptedAtMs: number | undefined;
  readonly state: MessageState;
}

/** How far a durable request is. */
export type MessageState =
  | { readonly stage: 'accepted' }
  | {
      readonly stage: 'waiting';
      /** Requests in the stream that come before it. */
      readonly ahead: number;
    }
  /** The router has it in hand. */
  | { readonly stage: 'delivered' }
  | {
      /** The router has answered. */
      readonly stage: 'done';
      readonly answer: MessageAnswer;
    };

/** What the router said in the end. */
export type MessageAnswer =
  | { readonly ok: true; readonly decision: unknown }
  | { readonly ok: false; readonly error: Readonly<Record<string, unknown>> };

/** How far the router is in the stream. */
export interface StreamPosition {
  readonly deliveredSeq: number;
}

const RANKS: Readonly<Record<MessageState['stage'], number>> = {
  accepted: 0,
  waiting: 1,
  delivered: 2,
  done: 3,
};

/**
 * Whether `next` is news after `state`: a later stage, or fewer requests ahead. What is done stays done: the router may
 * answer twice, and says the same.
 */
export function isNews(state: MessageState, next: MessageState): boolean {
  if (state.stage === 'waiting' && next.stage === 'waiting') return next.ahead < state.ahead;
  return RANKS[next.stage] > RANKS[state.stage];
}

/** Where a message stands when the router has come that far in the stream. */
export function stateAt(seq: number, { deliveredSeq }: StreamPosition): MessageState {
  return deliveredSeq >= seq
    ? { stage: 'delivered' }
    : { stage: 'waiting', ahead: seq - deliveredSeq - 1 };
}

/** Reads what the router sent to the reply subject of a message; `undefined` when it is no answer. */
export function readAnswer(reply: unknown): MessageAnswer | undefined {
  if (!isObject(reply)) return undefined;
  const { ok, decision, error } = reply;
  if (ok === true && isObject(decision)) return { ok: true, decision };
  if (ok === false && isObject(error)) return { ok: false, error };
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
