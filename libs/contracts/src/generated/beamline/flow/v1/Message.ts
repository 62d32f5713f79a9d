// Original file: proto/beamline/flow/v1/flow.proto

import type { Long } from '@grpc/proto-loader';

export interface Message {
  'message_id'?: (string);
  'tenant_id'?: (string);
  'trace_id'?: (string);
  'message_type'?: (string);
  'payload'?: (Buffer | Uint8Array | string);
  'metadata'?: ({[key: string]: string});
  /**
   * Unix time in milliseconds.
   */
  'timestamp_ms'?: (number | string | Long);
  'run_id'?: (string);
  'flow_id'?: (string);
  'step_id'?: (string);
  /**
   * Repeating a request under the same key gives the recorded decision.
   */
  'idempotency_key'?: (string);
  'span_id'?: (string);
}

export interface Message__Output {
  'message_id': (string);
  'tenant_id': (string);
  'trace_id': (string);
  'message_type': (string);
  'payload': (Buffer);
  'metadata': ({[key: string]: string});
  /**
   * Unix time in milliseconds.
   */
  'timestamp_ms': (number);
  'run_id': (string);
  'flow_id': (string);
  'step_id': (string);
  /**
   * Repeating a request under the same key gives the recorded decision.
   */
  'idempotency_key': (string);
  'span_id': (string);
}
