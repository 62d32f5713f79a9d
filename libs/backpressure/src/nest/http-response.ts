import type { ArgumentsHost } from '@nestjs/common';

/** What Fastify's reply and Express's response have in common. */
export interface HttpResponse {
  status(code: number): HttpResponse;
  header(name: string, value: string): HttpResponse;
  send(body: string): unknown;
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
