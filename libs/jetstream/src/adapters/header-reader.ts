import { type HeaderReader, NO_HEADERS } from '@beamline/contracts/core';
import type { MsgHdrs } from '@nats-io/transport-node';

/**
 * The headers of a message, read once: a handler asks for a dozen names, most of them absent, and each question to the
 * driver goes through all of its own. Names are taken exactly; of several values the first counts.
 */
export function headerReaderOf(headers: MsgHdrs | undefined): HeaderReader {
  if (headers === undefined) return NO_HEADERS;
  const values = new Map<string, string | undefined>();
  for (const [name, all] of headers) values.set(name, all[0]);
  return values;
}
