// Open-loop generator of decide requests over NATS. Each takes the router about a millisecond, so that a generator on the other core
// can ask for many times what it can do.
import { connect, createInbox, type Msg } from '@nats-io/transport-node';
import { isDecision } from '../../load/payloads.js';
import { longRequestAt } from './long-requests.js';
import { ENDINGS } from './load-messages.js';
import { type Heard, OK } from './open-loop.js';
import { serveOpenLoad } from './serve-open-load.js';

const NO_HINT: Heard = { ending: ENDINGS.refused };

function read({ data }: Msg): Heard {
  if (isDecision(data)) return OK;
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
  if (text.includes('service_overloaded')) return NO_HINT;
  return { ending: ENDINGS.failed, told: text.slice(0, 300) || 'nobody was there to answer' };
}

serveOpenLoad(async ({ url = '', subject = '' }) => {
  const nc = await connect({ servers: url, name: 'bench-load' });
  const inbox = createInbox();
  const waiting = new Map<string, (answer: Heard) => void>();
  let sequence = 0;
  nc.subscribe(`${inbox}.*`, {
    callback: (_, message) => {
      const token = message.subject.slice(inbox.length + 1);
      const heard = waiting.get(token);
      waiting.delete(token);
      heard?.(read(message));
    },
  });
  return (_outgoing, heard) => {
    sequence += 1;
    const token = String(sequence);
    waiting.set(token, heard);
    nc.publish(subject, longRequestAt(sequence), { reply: `${inbox}.${token}` });
  };
});
