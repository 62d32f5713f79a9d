import { headers as emptyHeaders, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { replyHeaders } from './reply-headers.js';
import { toBytes } from './to-bytes.js';

/** An answer with headers. */
interface ReplyWithHeaders {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a request/reply handler answers with. A plain string is the cheapest. */
export type Reply = string | Uint8Array | ReplyWithHeaders;

/** Whether a handler's result can be sent as it is. */
export function isReply(value: unknown): value is Reply {
  if (typeof value === 'string' || value instanceof Uint8Array) return true;
  return typeof value === 'object' && value !== null && 'body' in value && 'headers' in value;
}

/** Sends an answer. @returns `false` when the requester did not ask for one. */
export function respond(message: Msg, reply: Reply): boolean {
  if (typeof reply === 'string' || reply instanceof Uint8Array) {
    return message.respond(toBytes(reply));
  }
  return message.respond(toBytes(reply.body), { headers: replyHeaders(reply.headers) });
}

/** Headers in the driver's form. Line breaks in values are refused by the driver, so they become spaces. */
export function toMsgHdrs(record: Readonly<Record<string, string>>): MsgHdrs {
  const headers = emptyHeaders();
  for (const name of Object.keys(record)) {
    headers.append(name, String(record[name]).replaceAll(/[\r\n]+/g, ' '));
  }
  return headers;
}
