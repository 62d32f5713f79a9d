// Open-loop generator of decide requests over NATS behind gateways that run in the same process: what they hold back is not sent.
import { createGateway, type Gateway, type GatewayTicket } from '@beamline/gateway-adapter';
import { OVERLOAD_HEADERS } from '@beamline/contracts/core';
import {
  connect,
  createInbox,
  headers,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
} from '@nats-io/transport-node';
import { isDecision } from '../load/payloads.js';
import { largeRequestAt } from '../overload/load/large-requests.js';
import { type ClassName, ENDINGS } from '../overload/load/load-messages.js';
import { type Heard, OK, type SendOne } from '../overload/load/open-loop.js';
import { serveOpenLoad } from '../overload/load/serve-open-load.js';
import { GATEWAY_SHARES, type WayName, WAYS } from './ways.js';

const HELD_BACK: Heard = { ending: ENDINGS.heldBack };

/** One gateway: its connection, and what it knows. */
interface Door {
  readonly nc: NatsConnection;
  readonly gateway: Gateway | undefined;
}

/** A request on its way. */
interface Sent {
  readonly heard: (answer: Heard) => void;
  readonly ticket: GatewayTicket | undefined;
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

async function openDoor(url: string, subject: string, way: WayName): Promise<Door> {
  const nc = await connect({ servers: url, name: `bench-gateway-${way}` });
  const options = WAYS[way];
  if (options === undefined) return { nc, gateway: undefined };
  const gateway = createGateway({
    nats: { connection: nc, isConnected: true },
    subject,
    ...options,
  });
  gateway.start();
  return { nc, gateway };
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

/** Tells the gateway what became of a request, and then who asked. */
function settle({ heard, ticket }: Sent, answer: Heard): void {
  if (answer.ending === ENDINGS.ok) ticket?.settle('accepted');
  else if (answer.ending === ENDINGS.refused) {
    const { retryAfterMs } = answer;
    ticket?.settle('refused', retryAfterMs === undefined ? {} : { retryAfterMs });
  } else ticket?.settle('failed');
  heard(answer);
}

/** Sends through one gateway. */
function sender({ nc, gateway }: Door, subject: string): SendOne {
  const inbox = createInbox();
  const waiting = new Map<string, Sent>();
  let sequence = 0;
  nc.subscribe(`${inbox}.*`, {
    callback: (_, message) => {
      const token = message.subject.slice(inbox.length + 1);
      const sent = waiting.get(token);
      waiting.delete(token);
      if (sent !== undefined) settle(sent, read(message));
    },
  });
  return ({ method, criticality = 'default' }, heard) => {
    // What the router can do is measured without anybody before it.
    const entry =
      method === 'bare' ? undefined : gateway?.admission(subject).admit({ criticality });
    if (entry?.admitted === false) return heard(HELD_BACK);
    sequence += 1;
    const token = String(sequence);
    waiting.set(token, { heard, ticket: entry?.ticket });
    nc.publish(subject, largeRequestAt(sequence), {
      reply: `${inbox}.${token}`,
      headers: headersOf(criticality),
    });
  };
}

const isWay = (name: string): name is WayName => Object.hasOwn(WAYS, name);

serveOpenLoad(async ({ url = '', subject = '', way = '' }) => {
  if (!isWay(way)) throw new Error(`there is no way ${way}`);
  const doors = await Promise.all(GATEWAY_SHARES.map(() => openDoor(url, subject, way)));
  const senders = doors.map((door) => sender(door, subject));
  // The plan of a run deals requests to gateways as it deals them to tenants.
  return (outgoing, heard) => senders[outgoing.tenant ?? 0]?.(outgoing, heard);
});
