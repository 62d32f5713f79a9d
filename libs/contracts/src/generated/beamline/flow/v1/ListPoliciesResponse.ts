// Original file: proto/beamline/flow/v1/flow.proto

import type { AdminPolicy as _beamline_flow_v1_AdminPolicy, AdminPolicy__Output as _beamline_flow_v1_AdminPolicy__Output } from '../../../beamline/flow/v1/AdminPolicy.js';

export interface ListPoliciesResponse {
  'policies'?: (_beamline_flow_v1_AdminPolicy)[];
}

export interface ListPoliciesResponse__Output {
  'policies': (_beamline_flow_v1_AdminPolicy__Output)[];
}
