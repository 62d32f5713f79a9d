// Original file: proto/beamline/flow/v1/flow.proto

import type { ValidatorStatus as _beamline_flow_v1_ValidatorStatus, ValidatorStatus__Output as _beamline_flow_v1_ValidatorStatus__Output } from '../../../beamline/flow/v1/ValidatorStatus.js';

export interface GetValidatorsHealthResponse {
  'validators'?: (_beamline_flow_v1_ValidatorStatus)[];
}

export interface GetValidatorsHealthResponse__Output {
  'validators': (_beamline_flow_v1_ValidatorStatus__Output)[];
}
