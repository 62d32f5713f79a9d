// Original file: proto/beamline/flow/v1/flow.proto


export interface GetCheckpointStatusRequest {
}

export interface GetCheckpointStatusRequest__Output {
}
