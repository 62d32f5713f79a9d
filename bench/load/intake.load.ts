// Closed loop of `js.publish`, the call a publisher makes. An operation ends when the stream has acknowledged the request and the
// decision is there.
import { jetstream } from '@nats-io/jetstream';
import { connect, createInbox, headers } from '@nats-io/transport-node';
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

serveLoad(async ({ url = '', subject = '' }) => {
  const nc = await connect({ servers: url, name: 'bench-load' });
  const js = jetstream(nc, { timeout: 10_000 });
  const inbox = createInbox();
  const operations = new Operations();
  nc.subscribe(inbox, {
    callback: (_, { data }) => operations.settle(idIn(data), 'decided', isDecision(data)),
  });
  const replyTo = headers();
  replyTo.set('x-reply-to', inbox);
  return (n, settle) => {
    const { id, bytes } = requestAt(n);
    operations.add(id, settle);
    js.publish(subject, bytes, { headers: replyTo }).then(
      () => operations.settle(id, 'stored', true),
      () => operations.settle(id, 'stored', false),
    );
  };
});
