import type { ArgumentsHost } from '@nestjs/common';

/** What Fastify's reply and Express's response have in common. */
export interface HttpResponse {
  status(code: number): HttpResponse;
  header(name: string, value: string): HttpResponse;
  send(body: string): unknown;
}

/** The part of Node's own response that tells how sending goes. */
interface RawResponse {
  readonly writableFinished: boolean;
  readonly destroyed: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/** The response to a request over HTTP; `undefined` when the platform's is of another kind. */
export function responseOf(host: ArgumentsHost): HttpResponse | undefined {
  const response: unknown = host.getArgByIndex(1);
  return isHttpResponse(response) ? response : undefined;
}

function isHttpResponse(value: unknown): value is HttpResponse {
  return (
    typeof value === 'object' &&
    value !== null &&
    'status' in value &&
    'header' in value &&
    'send' in value
  );
}

/** Node's own response: inside Fastify's reply, or Express's response itself. */
export function rawResponse(response: unknown): RawResponse | undefined {
  if (typeof response !== 'object' || response === null) return undefined;
  const raw: unknown = 'raw' in response ? response.raw : response;
  return isRawResponse(raw) ? raw : undefined;
}

function isRawResponse(value: unknown): value is RawResponse {
  return (
    typeof value === 'object' &&
    value !== null &&
    'writableFinished' in value &&
    'destroyed' in value
  );
}
