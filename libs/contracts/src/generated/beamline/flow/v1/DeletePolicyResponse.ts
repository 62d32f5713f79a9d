// Original file: proto/beamline/flow/v1/flow.proto


export interface DeletePolicyResponse {
  'ok'?: (boolean);
}

export interface DeletePolicyResponse__Output {
  'ok': (boolean);
}
