// Original file: proto/beamline/flow/v1/flow.proto

import type { CheckpointStatus as _beamline_flow_v1_CheckpointStatus, CheckpointStatus__Output as _beamline_flow_v1_CheckpointStatus__Output } from '../../../beamline/flow/v1/CheckpointStatus.js';

export interface GetCheckpointStatusResponse {
  'status'?: (_beamline_flow_v1_CheckpointStatus | null);
}

export interface GetCheckpointStatusResponse__Output {
  'status': (_beamline_flow_v1_CheckpointStatus__Output | null);
}
