// Open-loop generator of decide requests over NATS behind gateways that run in the same process: what they hold back is not sent.
import { OVERLOAD_HEADERS } from '@beamline/contracts/core';
import { connect, createInbox, headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { isDecision } from '../load/payloads.js';
import { longRequestAt } from '../overload/load/long-requests.js';
import { type ClassName, ENDINGS } from '../overload/load/load-messages.js';
import { type Heard, OK, type SendOne } from '../overload/load/open-loop.js';
import { serveOpenLoad } from '../overload/load/serve-open-load.js';
import { type Ending, gatekeeperOf, type Settle } from './gatekeepers.js';
import { GATEWAY_SHARES, isWay, type WayName } from './ways.js';

const HELD_BACK: Heard = { ending: ENDINGS.heldBack };

/** A request on its way. */
interface Sent {
  readonly heard: (answer: Heard) => void;
  readonly settle: Settle | undefined;
}

const HEADERS = new Map<ClassName, MsgHdrs>();

function headersOf(criticality: ClassName): MsgHdrs {
  const known = HEADERS.get(criticality);
  if (known !== undefined) return known;
  const made = headers();
  made.set(OVERLOAD_HEADERS.criticality, criticality);
  HEADERS.set(criticality, made);
  return made;
}

function read({ data, headers: told }: Msg): Heard {
  if (isDecision(data)) return OK;
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
  if (!text.includes('service_overloaded')) {
    return { ending: ENDINGS.failed, told: text.slice(0, 300) || 'nobody was there to answer' };
  }
  const hint = told?.get(OVERLOAD_HEADERS.retryAfterMs);
  return hint
    ? { ending: ENDINGS.refused, retryAfterMs: Number(hint) }
    : { ending: ENDINGS.refused };
}

function endingOf(answer: Heard): Ending {
  if (answer.ending === ENDINGS.ok) return { outcome: 'accepted' };
  return { outcome: answer.ending === ENDINGS.refused ? 'refused' : 'failed' };
}

/** Opens one gateway. */
async function openGateway(url: string, subject: string, way: WayName): Promise<SendOne> {
  const connection = await connect({ servers: url, name: `bench-gateway-${way}` });
  const gatekeeper = gatekeeperOf(way, { connection, isConnected: true }, subject);
  const inbox = createInbox();
  const waiting = new Map<string, Sent>();
  let sequence = 0;
  connection.subscribe(`${inbox}.*`, {
    callback: (_, message) => {
      const token = message.subject.slice(inbox.length + 1);
      const sent = waiting.get(token);
      waiting.delete(token);
      if (sent === undefined) return;
      const answer = read(message);
      sent.settle?.(endingOf(answer));
      sent.heard(answer);
    },
  });
  return ({ method, criticality = 'default' }, heard) => {
    // What the router can do is measured without anybody before it.
    const isFree = method === 'bare';
    const settle = isFree ? undefined : gatekeeper(criticality);
    if (settle === undefined && !isFree) return heard(HELD_BACK);
    sequence += 1;
    const token = String(sequence);
    waiting.set(token, { heard, settle });
    connection.publish(subject, longRequestAt(sequence), {
      reply: `${inbox}.${token}`,
      headers: headersOf(criticality),
    });
  };
}

serveOpenLoad(async ({ url = '', subject = '', way = '' }) => {
  if (!isWay(way)) throw new Error(`there is no way ${way}`);
  const gateways = await Promise.all(GATEWAY_SHARES.map(() => openGateway(url, subject, way)));
  // The plan of a run deals requests to gateways as it deals them to tenants.
  return (outgoing, heard) => gateways[outgoing.tenant ?? 0]?.(outgoing, heard);
});
