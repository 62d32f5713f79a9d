// Original file: proto/beamline/worker/v1/worker.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A worker's answer to an assignment.
 */
export interface ExecAssignmentAck {
  'assignment_id'?: (string);
  /**
   * accepted, rejected or error.
   */
  'status'?: (string);
  'message'?: (string);
  'request_id'?: (string);
  'trace_id'?: (string);
  'tenant_id'?: (string);
  /**
   * Unix time in milliseconds.
   */
  'acknowledged_at'?: (number | string | Long);
}

/**
 * A worker's answer to an assignment.
 */
export interface ExecAssignmentAck__Output {
  'assignment_id': (string);
  /**
   * accepted, rejected or error.
   */
  'status': (string);
  'message': (string);
  'request_id': (string);
  'trace_id': (string);
  'tenant_id': (string);
  /**
   * Unix time in milliseconds.
   */
  'acknowledged_at': (number);
}
