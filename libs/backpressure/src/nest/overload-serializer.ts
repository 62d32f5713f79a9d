import { toMsgHdrs } from '@beamline/jetstream';
import type { Serializer } from '@nestjs/microservices';

/** What a serializer for NATS makes of a packet. */
interface NatsMessage {
  readonly data: unknown;
  readonly headers?: unknown;
}

/** The kind of serializer that NATS needs: a synchronous one. */
interface NatsSerializer {
  serialize(packet: unknown): NatsMessage;
}

/** What Nest's own serializer does with answers. */
const asJson: NatsSerializer = { serialize: (packet) => ({ data: JSON.stringify(packet) }) };

const headersOfAnswers = new WeakMap<object, Readonly<Record<string, string>>>();

/** Has an {@link OverloadSerializer} send headers with an answer. Values that are no objects cannot have any. */
export function attachHeaders(answer: unknown, headers: Readonly<Record<string, string>>): void {
  if (typeof answer === 'object' && answer !== null) headersOfAnswers.set(answer, headers);
}

/**
 * Sends refusals and load reports in NATS headers: `serializer` of a microservice with `Transport.NATS`, whose own
 * serializer knows no headers in answers. Everything else is done by the serializer it wraps.
 */
export class OverloadSerializer implements Serializer<unknown, NatsMessage> {
  /** @param inner Default: JSON, as Nest's own. */
  constructor(private readonly inner: NatsSerializer = asJson) {}

  serialize(packet: unknown): NatsMessage {
    const message = this.inner.serialize(packet);
    const headers = headersOf(packet);
    return headers === undefined ? message : { ...message, headers: toMsgHdrs(headers) };
  }
}

function headersOf(packet: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof packet !== 'object' || packet === null) return undefined;
  const answer: unknown = 'err' in packet ? packet.err : 'response' in packet && packet.response;
  return typeof answer === 'object' && answer !== null ? headersOfAnswers.get(answer) : undefined;
}
