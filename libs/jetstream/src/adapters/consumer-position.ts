import { ask } from './ask.js';
import type { NatsSource } from './nats-source.js';

/** How far a durable consumer is in its stream. */
export interface ConsumerPosition {
  /** Sequence in the stream up to which messages have been delivered. */
  readonly deliveredSeq: number;
  /** Sequence in the stream up to which all of them are done. */
  readonly doneSeq: number;
}

/** Asks the server how far a consumer is; `undefined` when it does not say within `timeoutMs`. */
export async function askConsumerPosition(
  source: Pick<NatsSource, 'connection' | 'isConnected'>,
  { stream, durable }: { readonly stream: string; readonly durable: string },
  timeoutMs: number = 1000,
): Promise<ConsumerPosition | undefined> {
  const subject = `$JS.API.CONSUMER.INFO.${stream}.${durable}`;
  const asked = await ask(source, { subject, payload: '', timeoutMs });
  return asked.ok ? read(asked.data) : undefined;
}

function read(data: Uint8Array): ConsumerPosition | undefined {
  try {
    const answer: unknown = JSON.parse(Buffer.from(data).toString());
    const deliveredSeq = streamSeqOf(answer, 'delivered');
    const doneSeq = streamSeqOf(answer, 'ack_floor');
    if (deliveredSeq === undefined || doneSeq === undefined) return undefined;
    return { deliveredSeq, doneSeq };
  } catch {
    return undefined;
  }
}

function streamSeqOf(answer: unknown, name: string): number | undefined {
  const part = fieldOf(answer, name);
  const value = fieldOf(part, 'stream_seq');
  return typeof value === 'number' ? value : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}
