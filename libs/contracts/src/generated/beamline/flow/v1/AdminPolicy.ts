// Original file: proto/beamline/flow/v1/flow.proto

import type { AdminProvider as _beamline_flow_v1_AdminProvider, AdminProvider__Output as _beamline_flow_v1_AdminProvider__Output } from '../../../beamline/flow/v1/AdminProvider.js';
import type { AdminRule as _beamline_flow_v1_AdminRule, AdminRule__Output as _beamline_flow_v1_AdminRule__Output } from '../../../beamline/flow/v1/AdminRule.js';

export interface AdminPolicy {
  'policy_id'?: (string);
  'providers'?: (_beamline_flow_v1_AdminProvider)[];
  'sticky'?: (boolean);
  'rules'?: (_beamline_flow_v1_AdminRule)[];
}

export interface AdminPolicy__Output {
  'policy_id': (string);
  'providers': (_beamline_flow_v1_AdminProvider__Output)[];
  'sticky': (boolean);
  'rules': (_beamline_flow_v1_AdminRule__Output)[];
}
