import fastJson, { type Schema } from 'fast-json-stringify';

import type { DecideResponse, ErrorResponse } from '../core/replies.js';

const text: Schema = { type: 'string' };
const number: Schema = { type: 'number' };
const free: Schema = { type: 'object', additionalProperties: true };
const context: Schema = { type: 'object', properties: { request_id: text, trace_id: text } };

const stringifyResponse = fastJson({
  type: 'object',
  properties: {
    ok: { type: 'boolean' },
    decision: {
      type: 'object',
      properties: {
        provider_id: text,
        priority: number,
        expected_latency_ms: number,
        expected_cost: number,
        reason: text,
        metadata: free,
      },
    },
    context,
  },
});

/** The JSON of a successful answer: what `JSON.stringify` gives, in about a third of the time. */
export function encodeDecideResponse(response: DecideResponse): string {
  return stringifyResponse(response);
}

/** The JSON of a failed answer. */
export function encodeErrorResponse(response: ErrorResponse): string {
  return JSON.stringify(response);
}
