import protobuf from 'protobufjs';

const text = (id: number) => ({ type: 'string', id });
const double = (id: number) => ({ type: 'double', id });
const mapTo = (type: string, id: number): protobuf.IMapField => ({ keyType: 'string', type, id });

/**
 * The messages that gRPC speaks about overload in. From google/rpc/status.proto and error_details.proto (googleapis),
 * google/protobuf/any.proto and duration.proto, xds/data/orca/v3/orca_load_report.proto (cncf/xds).
 */
const root = protobuf.Root.fromJSON({
  nested: {
    Any: { fields: { typeUrl: text(1), value: { type: 'bytes', id: 2 } } },
    Status: {
      fields: {
        code: { type: 'int32', id: 1 },
        message: text(2),
        details: { rule: 'repeated', type: 'Any', id: 3 },
      },
    },
    Duration: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
    RetryInfo: { fields: { retryDelay: { type: 'Duration', id: 1 } } },
    ErrorInfo: {
      fields: {
        reason: text(1),
        domain: text(2),
        metadata: mapTo('string', 3),
      },
    },
    QuotaFailure: {
      fields: { violations: { rule: 'repeated', type: 'Violation', id: 1 } },
      nested: { Violation: { fields: { subject: text(1), description: text(2) } } },
    },
    OrcaLoadReport: {
      fields: {
        cpuUtilization: double(1),
        memUtilization: double(2),
        requestCost: mapTo('double', 4),
        utilization: mapTo('double', 5),
        rpsFractional: double(6),
        eps: double(7),
        namedMetrics: mapTo('double', 8),
        applicationUtilization: double(9),
      },
    },
  },
});

/** Writer and reader of one message type. */
function codecOf(name: string): protobuf.Type {
  return root.lookupType(name).setup();
}

export const StatusCodec = codecOf('Status');
export const RetryInfoCodec = codecOf('RetryInfo');
export const ErrorInfoCodec = codecOf('ErrorInfo');
export const QuotaFailureCodec = codecOf('QuotaFailure');
export const OrcaCodec = codecOf('OrcaLoadReport');
