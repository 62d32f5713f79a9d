import { jsonRequest, requestPool } from '../../load/payloads.js';
import { LONG_LIST_CONTEXT } from '@beamline/testing';

const encoder = new TextEncoder();

/** The n-th decide request for which a router with the long policy has to read every list of it. */
export const longRequestAt = requestPool((n) => {
  const request: object = JSON.parse(jsonRequest(n));
  return encoder.encode(JSON.stringify({ ...request, context: LONG_LIST_CONTEXT }));
});
