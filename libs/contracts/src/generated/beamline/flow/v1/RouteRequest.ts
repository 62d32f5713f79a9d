// Original file: proto/beamline/flow/v1/flow.proto

import type { Message as _beamline_flow_v1_Message, Message__Output as _beamline_flow_v1_Message__Output } from '../../../beamline/flow/v1/Message.js';

export interface RouteRequest {
  'message'?: (_beamline_flow_v1_Message | null);
  /**
   * Empty means the tenant's policy `default`.
   */
  'policy_id'?: (string);
  /**
   * What conditions, sticky keys and retry bookkeeping read.
   */
  'context'?: ({[key: string]: string});
  'idempotency_key'?: (string);
}

export interface RouteRequest__Output {
  'message': (_beamline_flow_v1_Message__Output | null);
  /**
   * Empty means the tenant's policy `default`.
   */
  'policy_id': (string);
  /**
   * What conditions, sticky keys and retry bookkeeping read.
   */
  'context': ({[key: string]: string});
  'idempotency_key': (string);
}
