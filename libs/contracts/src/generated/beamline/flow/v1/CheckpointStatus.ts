// Original file: proto/beamline/flow/v1/flow.proto

import type { Long } from '@grpc/proto-loader';

export interface CheckpointStatus {
  'current_cp'?: (string);
  'cp2_plus_allowed'?: (boolean);
  /**
   * Unix time in milliseconds.
   */
  'updated_at_ms'?: (number | string | Long);
}

export interface CheckpointStatus__Output {
  'current_cp': (string);
  'cp2_plus_allowed': (boolean);
  /**
   * Unix time in milliseconds.
   */
  'updated_at_ms': (number);
}
