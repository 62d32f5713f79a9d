import { messageDocument, statusOf } from './message-document.js';
import { isNews, type Message, type MessageIds, type MessageState } from './message-state.js';

/** The id of the last event: whoever has seen it has seen all. */
const LAST = 'done';
const WAITING = /^waiting-(\d{1,15})$/;
/** After how long clients come back, in milliseconds. */
const RETRY_MS = 2000;

/** What a client of an event stream has seen. */
export type Seen =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'some'; readonly state: MessageState }
  | { readonly kind: 'everything' };

/** Sent when a stream opens: how soon to come back when it breaks. */
export const OPENING = `retry: ${RETRY_MS}\n\n`;

/** Sent when nothing happens: proxies and clients take silence for an end. */
export const HEARTBEAT = ': still here\n\n';

/**
 * Writes where a message stands as an event. Its id is where it stands, not a count: a stream can be resumed at any
 * gateway, also after a restart.
 */
export function eventOf(ids: MessageIds, message: Message): string {
  const { state } = message;
  const data = JSON.stringify(messageDocument(ids, message));
  return `id: ${idOf(state)}\nevent: ${statusOf(state)}\ndata: ${data}\n\n`;
}

/** Reads the `Last-Event-ID` of a client that comes back. What is none of ours means nothing was seen. */
export function readSeen(lastEventId: unknown): Seen {
  if (lastEventId === LAST) return { kind: 'everything' };
  if (lastEventId === 'accepted' || lastEventId === 'delivered') {
    return { kind: 'some', state: { stage: lastEventId } };
  }
  const [, ahead] = (typeof lastEventId === 'string' && WAITING.exec(lastEventId)) || [];
  if (ahead === undefined) return { kind: 'nothing' };
  return { kind: 'some', state: { stage: 'waiting', ahead: Number(ahead) } };
}

/** Whether an event tells a client something it has not seen. */
export function isNewTo(seen: Seen, state: MessageState): boolean {
  if (seen.kind === 'nothing') return true;
  return seen.kind === 'some' && isNews(seen.state, state);
}

function idOf(state: MessageState): string {
  if (state.stage === 'done') return LAST;
  return state.stage === 'waiting' ? `waiting-${state.ahead}` : state.stage;
}
