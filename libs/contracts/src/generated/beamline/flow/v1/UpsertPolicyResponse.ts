// Original file: proto/beamline/flow/v1/flow.proto


export interface UpsertPolicyResponse {
  'ok'?: (boolean);
}

export interface UpsertPolicyResponse__Output {
  'ok': (boolean);
}
