import type { DecideResponse, ErrorResponse } from '../core/replies.js';

/** The JSON of a successful answer. */
export function encodeDecideResponse(response: DecideResponse): string {
  return JSON.stringify(response);
}

/** The JSON of a failed answer. */
export function encodeErrorResponse(response: ErrorResponse): string {
  return JSON.stringify(response);
}
