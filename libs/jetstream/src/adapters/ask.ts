import { PermissionViolationError, RequestError, TimeoutError } from '@nats-io/transport-node';
import type { NatsSource } from './nats-source.js';
import { toMsgHdrs } from './reply.js';
import { toBytes } from './to-bytes.js';

/** A question over core NATS. */
export interface Question {
  readonly subject: string;
  readonly payload: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the answer may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** The answer, or why there is none. */
export type Asked =
  | { readonly ok: true; readonly data: Uint8Array }
  | {
      readonly ok: false;
      /** `refused`: the server does not let us, or the question is larger than it takes. */
      readonly reason: 'no_responders' | 'timeout' | 'disconnected' | 'refused';
    };

/** Asks once and waits for one answer. Never rejects; at once `disconnected` while there is no connection. */
export async function ask(
  { connection, isConnected }: Pick<NatsSource, 'connection' | 'isConnected'>,
  { subject, payload, headers, timeoutMs }: Question,
): Promise<Asked> {
  // The driver would keep the question until it is connected again.
  if (connection === undefined || !isConnected) return { ok: false, reason: 'disconnected' };
  try {
    const answer = await connection.request(subject, toBytes(payload), {
      timeout: timeoutMs,
      ...(headers && { headers: toMsgHdrs(headers) }),
    });
    return { ok: true, data: answer.data };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): Extract<Asked, { ok: false }>['reason'] {
  if (error instanceof RequestError && error.isNoResponders()) return 'no_responders';
  const cause = error instanceof RequestError ? error.cause : error;
  if (cause instanceof TimeoutError) return 'timeout';
  if (cause instanceof PermissionViolationError) return 'refused';
  return cause instanceof Error && cause.name === 'InvalidArgumentError'
    ? 'refused'
    : 'disconnected';
}
