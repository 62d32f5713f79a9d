import type { HttpAnswer, HttpHeaders } from '@beamline/gateway-adapter';

/** What the gateway reads of a Fastify request. */
export interface HttpRequest {
  readonly headers: HttpHeaders;
  readonly body: unknown;
}

/** What the gateway does with a Fastify reply. */
export interface HttpReply {
  readonly sent: boolean;
  code(status: number): unknown;
  headers(values: Record<string, string>): unknown;
  send(body: unknown): unknown;
}

/** Sends an answer; bytes go out as they are. */
export function send(reply: HttpReply, { status, headers, body }: HttpAnswer): void {
  const payload =
    typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  reply.code(status);
  reply.headers({ ...headers });
  reply.send(payload);
}
