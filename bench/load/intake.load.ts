// Closed loop of durable requests: an operation ends when the stream has acknowledged the request and the decision is there.
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { isDecision, jsonRequest, REQUEST_BYTES, uuidOf } from './payloads.js';
import { serveLoad } from './serve-load.js';

const ID_AT = jsonRequest(0).indexOf(uuidOf(0));
const ID_BYTES = 36;
const template = Buffer.from(jsonRequest(0));
/** Makes the ids of two runs different, so that none meets the recorded decision of another. */
const run = `${process.pid.toString(16).padStart(8, '0')}-${Date.now().toString(16).slice(-4)}`;

/** The n-th request: every one is new, and nothing else about it changes. */
function requestAt(n: number): { readonly id: string; readonly bytes: Buffer } {
  const tail = n.toString(16).padStart(12, '0');
  const id = `${run}-4000-a000-${tail}`;
  const bytes = Buffer.allocUnsafe(REQUEST_BYTES);
  template.copy(bytes);
  bytes.write(id, ID_AT, ID_BYTES, 'latin1');
  return { id, bytes };
}

interface Waiting {
  readonly done: (ok: boolean) => void;
  stored: boolean;
  decided: boolean;
}

const REQUEST_ID = Buffer.from('"request_id":"');

function idIn(answer: Uint8Array): string {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  const at = bytes.indexOf(REQUEST_ID) + REQUEST_ID.length;
  return bytes.toString('latin1', at, at + ID_BYTES);
}

/** Sees to it that both halves of an operation have come before it is over. */
class Operations {
  readonly #waiting = new Map<string, Waiting>();

  add(id: string, done: (ok: boolean) => void): void {
    this.#waiting.set(id, { done, stored: false, decided: false });
  }

  settle(id: string, half: 'stored' | 'decided', ok: boolean): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    waiting[half] = true;
    if (ok && !(waiting.stored && waiting.decided)) return;
    this.#waiting.delete(id);
    waiting.done(ok);
  }
}

function listen(nc: NatsConnection, inbox: string, operations: Operations): void {
  nc.subscribe(`${inbox}.ack.*`, {
    callback: (_, message) => {
      const isStored = message.data[2] !== 'e'.charCodeAt(0); // {"error"… against {"stream"…
      operations.settle(message.subject.slice(inbox.length + 5), 'stored', isStored);
    },
  });
  nc.subscribe(`${inbox}.decision`, {
    callback: (_, message) =>
      operations.settle(idIn(message.data), 'decided', isDecision(message.data)),
  });
}

serveLoad(async ({ url = '', subject = '' }) => {
  const nc = await connect({ servers: url, name: 'bench-load' });
  const inbox = `_INBOX.bench.${process.pid}.${subject.replaceAll('.', '-')}`;
  const operations = new Operations();
  listen(nc, inbox, operations);
  const replyTo = headers();
  replyTo.set('x-reply-to', `${inbox}.decision`);
  return (n, done) => {
    const { id, bytes } = requestAt(n);
    operations.add(id, done);
    nc.publish(subject, bytes, { reply: `${inbox}.ack.${id}`, headers: replyTo });
  };
});
