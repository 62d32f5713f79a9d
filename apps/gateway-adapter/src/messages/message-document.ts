import type { Message, MessageIds, MessageState } from './message-state.js';

/** A message as its callers read it. */
export interface MessageDocument {
  readonly message_id: string;
  readonly tenant_id: string;
  /** `accepted`, `waiting`, `delivered`, `decided` or `failed`. */
  readonly status: string;
  /** Unix milliseconds; `null`: another gateway took it. */
  readonly accepted_at: number | null;
  /** Of `waiting`: the requests before it. */
  readonly ahead?: number;
  readonly decision?: unknown;
  readonly error?: Readonly<Record<string, unknown>>;
}

/** Writes a message down. */
export function messageDocument(ids: MessageIds, message: Message): MessageDocument {
  const { tenantId, messageId } = ids;
  const { acceptedAtMs, state } = message;
  return {
    message_id: messageId,
    tenant_id: tenantId,
    status: statusOf(state),
    accepted_at: acceptedAtMs ?? null,
    ...(state.stage === 'waiting' && { ahead: state.ahead }),
    ...(state.stage === 'done' && outcomeOf(state)),
  };
}

/** The word for where a message stands. */
export function statusOf(state: MessageState): string {
  if (state.stage !== 'done') return state.stage;
  return state.answer.ok ? 'decided' : 'failed';
}

function outcomeOf({ answer }: Extract<MessageState, { stage: 'done' }>) {
  return answer.ok ? { decision: answer.decision } : { error: answer.error };
}
