import type { Msg } from '@nats-io/transport-node';
import type { NatsFailure } from '../core/nats.events.js';
import { WRONG_LAST_SEQUENCE } from './nats-failure.js';

/** How a publish ended. */
export type PubResult =
  | {
      readonly ok: true;
      /** Where the stream stored it. */
      readonly seq: number;
      /** Whether the stream had that `Nats-Msg-Id` already and stored nothing. */
      readonly duplicate: boolean;
    }
  | {
      readonly ok: false;
      /** After `timeout` and `connection` nobody knows whether it was stored: repeat it with the same `msgId`. */
      readonly reason: NatsFailure;
      readonly message: string;
    };

const NO_RESPONDERS = 503;

/** Reads the server's answer to a publish. */
export function pubResultOf(answer: Msg): PubResult {
  if (answer.data.length === 0) {
    const isUnheard = answer.headers?.code === NO_RESPONDERS;
    return isUnheard
      ? { ok: false, reason: 'no_stream', message: 'no stream listens on this subject' }
      : { ok: false, reason: 'unknown', message: 'the server sent an empty answer' };
  }
  try {
    return read(answer.json());
  } catch {
    return { ok: false, reason: 'unknown', message: 'the server sent an answer that is not JSON' };
  }
}

function read(answer: unknown): PubResult {
  const { seq, duplicate, error } = isRecord(answer) ? answer : {};
  if (isRecord(error)) return refusal(error);
  if (typeof seq !== 'number') {
    return { ok: false, reason: 'unknown', message: 'the server sent no sequence' };
  }
  return { ok: true, seq, duplicate: duplicate === true };
}

function refusal({ err_code: code, description }: Record<string, unknown>): PubResult {
  const reason = code === WRONG_LAST_SEQUENCE ? 'wrong_sequence' : 'broker_error';
  return { ok: false, reason, message: `${String(description)} (${String(code)})` };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
