import type { HttpAnswer, HttpHeaders } from '@beamline/gateway-adapter';
import type { Arrival } from '../entrance/entrance.js';
import type { StreamWire } from '../messages/event-stream.js';

/** What the gateway reads of a Fastify request. */
export interface HttpRequest {
  readonly headers: HttpHeaders;
  readonly body: unknown;
  /** Address of the caller; behind a trusted proxy what that proxy says. */
  readonly ip: string;
}

/** What the gateway does with a Fastify reply. */
export interface HttpReply {
  readonly sent: boolean;
  /** Node's own response. */
  readonly raw: StreamWire;
  code(status: number): unknown;
  headers(values: Record<string, string>): unknown;
  send(body: unknown): unknown;
  /** Leaves the response to whoever writes to `raw`. */
  hijack(): unknown;
}

const NO_BYTES = new Uint8Array();

/** The body as it came; empty when there is none. */
export function bytesOf({ body }: Pick<HttpRequest, 'body'>): Uint8Array {
  return body instanceof Uint8Array ? body : NO_BYTES;
}

/** What the entrance looks at; `tenant` is the one that the path names. */
export function arrivalOf(request: HttpRequest, tenant?: string): Arrival {
  const { headers, ip: address } = request;
  return { headers, body: bytesOf(request), address, tenant };
}

/** Sends an answer; bytes go out as they are. */
export function send(reply: HttpReply, { status, headers, body }: HttpAnswer): void {
  const payload =
    typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  reply.code(status);
  reply.headers({ ...headers });
  reply.send(payload);
}
