// Open-loop generator over NATS: one connection, one inbox, answers told apart by the last token of their subject.
import { connect, createInbox, headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { ENDINGS } from './load-messages.js';
import { type Heard, OK, type Outgoing } from './open-loop.js';
import { serveOpenLoad } from './serve-open-load.js';

const DONE = Buffer.from('"done":true');
const NO_HINT: Heard = { ending: ENDINGS.refused };

/** What an answer says. A refusal tells when to come back in a header, or in its body. */
function read({ data, headers: told }: Msg): Heard {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.includes(DONE)) return OK;
  const text = bytes.toString();
  if (!/refused|service_overloaded|ThrottlerException/.test(text)) {
    return { ending: ENDINGS.failed, told: text.slice(0, 300) };
  }
  if (told?.get('Overload-Retryable') === 'false') {
    return { ending: ENDINGS.refused, retryAfterMs: -1 };
  }
  const hint = told?.get('Retry-After-Ms') || /"retry_after_ms":(\d+)/.exec(text)?.[1];
  return hint ? { ending: ENDINGS.refused, retryAfterMs: Number(hint) } : NO_HINT;
}

/** Headers are the same for all requests of a class and a tenant. */
const headersOf = new Map<string, MsgHdrs>();
function headersFor({ criticality, tenant }: Outgoing): { headers: MsgHdrs } | undefined {
  if (criticality === undefined) return undefined;
  const key = `${criticality} ${tenant}`;
  const known = headersOf.get(key);
  if (known !== undefined) return { headers: known };
  const made = headers();
  made.set('x-criticality', criticality);
  made.set('tenant_id', `tenant-${tenant}`);
  headersOf.set(key, made);
  return { headers: made };
}

serveOpenLoad(async ({ url = '', subject = '' }) => {
  const nc = await connect({ servers: url, name: 'bench-load' });
  const inbox = createInbox();
  const waiting = new Map<string, (answer: Heard) => void>();
  const encoder = new TextEncoder();
  const packet = (method: string, factor: number): Uint8Array =>
    encoder.encode(JSON.stringify({ pattern: `${subject}.${method}`, data: { factor }, id: '1' }));
  const ordinary = { work: packet('work', 1), bare: packet('bare', 1) };
  let sequence = 0;
  nc.subscribe(`${inbox}.*`, {
    callback: (_, message) => {
      const token = message.subject.slice(inbox.length + 1);
      const heard = waiting.get(token);
      waiting.delete(token);
      heard?.(read(message));
    },
  });
  return (outgoing, heard) => {
    const { method, factor } = outgoing;
    sequence += 1;
    const token = String(sequence);
    waiting.set(token, heard);
    nc.publish(`${subject}.${method}`, factor === 1 ? ordinary[method] : packet(method, factor), {
      reply: `${inbox}.${token}`,
      ...headersFor(outgoing),
    });
  };
});
