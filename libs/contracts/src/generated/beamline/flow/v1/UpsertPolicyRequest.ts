// Original file: proto/beamline/flow/v1/flow.proto

import type { AdminPolicy as _beamline_flow_v1_AdminPolicy, AdminPolicy__Output as _beamline_flow_v1_AdminPolicy__Output } from '../../../beamline/flow/v1/AdminPolicy.js';

export interface UpsertPolicyRequest {
  'tenant_id'?: (string);
  'policy'?: (_beamline_flow_v1_AdminPolicy | null);
}

export interface UpsertPolicyRequest__Output {
  'tenant_id': (string);
  'policy': (_beamline_flow_v1_AdminPolicy__Output | null);
}
