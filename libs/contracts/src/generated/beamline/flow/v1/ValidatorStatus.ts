// Original file: proto/beamline/flow/v1/flow.proto

import type { Long } from '@grpc/proto-loader';

export interface ValidatorStatus {
  'name'?: (string);
  'status'?: (string);
  /**
   * Unix time in milliseconds.
   */
  'timestamp_ms'?: (number | string | Long);
  'details'?: (string);
}

export interface ValidatorStatus__Output {
  'name': (string);
  'status': (string);
  /**
   * Unix time in milliseconds.
   */
  'timestamp_ms': (number);
  'details': (string);
}
