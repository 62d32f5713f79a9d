import type { ConsumerDeserializer, IncomingRequest, Serializer } from '@nestjs/microservices';
import type { Msg } from '@nats-io/transport-node';

/** Reads raw JSON as a request to the subject it came on, so that the idiomatic application is asked with the same bytes as all others. */
export class RawJsonDeserializer implements ConsumerDeserializer {
  deserialize(message: Msg, options?: Readonly<Record<string, unknown>>): IncomingRequest {
    return { pattern: options?.['channel'], data: message.json(), id: 'raw' };
  }
}

/** Answers with the bare response. */
export class RawJsonSerializer implements Serializer<{ response?: unknown }, { data: string }> {
  serialize({ response }: { response?: unknown }): { data: string } {
    return { data: JSON.stringify(response) };
  }
}
