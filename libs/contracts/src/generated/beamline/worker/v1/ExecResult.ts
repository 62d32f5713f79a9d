// Original file: proto/beamline/worker/v1/worker.proto

import type { Job as _beamline_worker_v1_Job, Job__Output as _beamline_worker_v1_Job__Output } from '../../../beamline/worker/v1/Job.js';
import type { Long } from '@grpc/proto-loader';

/**
 * The outcome of an assignment.
 */
export interface ExecResult {
  'assignment_id'?: (string);
  'request_id'?: (string);
  /**
   * success, error, timeout or cancelled.
   */
  'status'?: (string);
  'provider_id'?: (string);
  'job'?: (_beamline_worker_v1_Job | null);
  'latency_ms'?: (number | string | Long);
  'cost'?: (number | string);
  'trace_id'?: (string);
  'tenant_id'?: (string);
  /**
   * Unix time in milliseconds.
   */
  'timestamp'?: (number | string | Long);
  'error_code'?: (string);
  'error_message'?: (string);
}

/**
 * The outcome of an assignment.
 */
export interface ExecResult__Output {
  'assignment_id': (string);
  'request_id': (string);
  /**
   * success, error, timeout or cancelled.
   */
  'status': (string);
  'provider_id': (string);
  'job': (_beamline_worker_v1_Job__Output | null);
  'latency_ms': (number);
  'cost': (number);
  'trace_id': (string);
  'tenant_id': (string);
  /**
   * Unix time in milliseconds.
   */
  'timestamp': (number);
  'error_code': (string);
  'error_message': (string);
}
