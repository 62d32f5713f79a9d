import protobuf from 'protobufjs';

const text = (id: number) => ({ type: 'string', id });
const texts = (id: number): protobuf.IMapField => ({ keyType: 'string', type: 'string', id });

/**
 * The messages of a decide call and of its refusal: `beamline.flow.v1` as far as `Router.Decide` needs it, and
 * google/rpc/status.proto with google/rpc/error_details.proto. As a value, so that it needs no file at run time.
 */
const root = protobuf.Root.fromJSON({
  nested: {
    Message: {
      fields: {
        message_id: text(1),
        tenant_id: text(2),
        trace_id: text(3),
        message_type: text(4),
        payload: { type: 'bytes', id: 5 },
        metadata: texts(6),
        timestamp_ms: { type: 'int64', id: 7 },
        run_id: text(8),
        flow_id: text(9),
        step_id: text(10),
        idempotency_key: text(11),
        span_id: text(12),
      },
    },
    RouteRequest: {
      fields: {
        message: { type: 'Message', id: 1 },
        policy_id: text(2),
        context: texts(3),
        idempotency_key: text(4),
      },
    },
    RouteDecision: {
      fields: {
        provider_id: text(1),
        reason: text(2),
        priority: { type: 'int32', id: 3 },
        expected_latency_ms: { type: 'int64', id: 4 },
        expected_cost: { type: 'double', id: 5 },
        metadata: texts(6),
      },
    },
    Any: { fields: { type_url: text(1), value: { type: 'bytes', id: 2 } } },
    Status: {
      fields: {
        code: { type: 'int32', id: 1 },
        message: text(2),
        details: { rule: 'repeated', type: 'Any', id: 3 },
      },
    },
    Duration: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
    RetryInfo: { fields: { retry_delay: { type: 'Duration', id: 1 } } },
    ErrorInfo: { fields: { reason: text(1), domain: text(2), metadata: texts(3) } },
  },
});

/** Writer and reader of one message type, with plain objects on the outside. */
export interface MessageCodec {
  encode(value: Readonly<Record<string, unknown>>): Buffer;
  /** @throws Error when the bytes are no such message. */
  decode(bytes: Uint8Array): Readonly<Record<string, unknown>>;
}

function codecOf(name: string): MessageCodec {
  const type = root.lookupType(name).setup();
  return {
    encode: (value) => Buffer.from(type.encode(value).finish()),
    decode: (bytes) => type.toObject(type.decode(bytes), { longs: Number, defaults: true }),
  };
}

export const RouteRequestCodec = codecOf('RouteRequest');
export const RouteDecisionCodec = codecOf('RouteDecision');
export const StatusCodec = codecOf('Status');
export const RetryInfoCodec = codecOf('RetryInfo');
export const ErrorInfoCodec = codecOf('ErrorInfo');
