import { headers as emptyHeaders, type MsgHdrs } from '@nats-io/transport-node';
import { toBytes } from './to-bytes.js';

const LINE_BREAKS = /[\r\n]+/g;

/** Names that the driver has found good. */
const checkedNames = new Set<string>();
/** Most names remembered; further ones are checked each time. */
const MAX_CHECKED_NAMES = 256;

/**
 * Headers that are sent and never read: written out at once, in a third of the time that the driver takes to collect and
 * to write them. Refusing under overload has to cost less than serving, and six headers were the most of it.
 *
 * Line breaks in values become spaces. @throws InvalidArgumentError when a name is none.
 */
export function replyHeaders(record: Readonly<Record<string, string>>): MsgHdrs {
  let text = 'NATS/1.0';
  for (const name of Object.keys(record)) {
    checkName(name);
    text += `\r\n${name}: ${String(record[name]).replace(LINE_BREAKS, ' ').trim()}`;
  }
  const encoded = toBytes(`${text}\r\n\r\n`);
  // All that the driver asks of headers when it publishes.
  return Object.assign(emptyHeaders(), { encode: () => encoded });
}

function checkName(name: string): void {
  if (checkedNames.has(name)) return;
  emptyHeaders().append(name, '');
  if (checkedNames.size < MAX_CHECKED_NAMES) checkedNames.add(name);
}
