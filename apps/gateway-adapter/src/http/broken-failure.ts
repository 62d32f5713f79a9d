import type { GatewayFailure } from '@beamline/gateway-adapter';

const MESSAGES: Readonly<Record<number, string>> = {
  404: 'no such route',
  405: 'the route does not serve this method',
  408: 'the request took too long to arrive',
  413: 'the body is too large',
  414: 'a path parameter is too long',
  415: 'the content type must be application/json',
  431: 'the headers are too large',
};
/** Node's names for what is wrong with a request that never became one. */
const STATUS_OF: ReadonlyMap<unknown, number> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_HEADER_OVERFLOW', 431],
]);

/** The failure of bytes in which the HTTP server found no request, or not in time. */
export function unreadableFailure(error: { readonly code?: unknown }): GatewayFailure {
  return brokenFailure(STATUS_OF.get(error.code) ?? 400);
}

/** The failure of a request that HTTP itself refuses with a status from 400 to 499. */
export function brokenFailure(status: number): GatewayFailure {
  const message = MESSAGES[status] ?? 'the request is broken';
  return { code: 'invalid_request', message, status };
}
