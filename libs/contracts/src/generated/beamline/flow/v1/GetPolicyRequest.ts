// Original file: proto/beamline/flow/v1/flow.proto


export interface GetPolicyRequest {
  'tenant_id'?: (string);
  'policy_id'?: (string);
}

export interface GetPolicyRequest__Output {
  'tenant_id': (string);
  'policy_id': (string);
}
