// Original file: proto/beamline/flow/v1/flow.proto


export interface DeletePolicyRequest {
  'tenant_id'?: (string);
  'policy_id'?: (string);
}

export interface DeletePolicyRequest__Output {
  'tenant_id': (string);
  'policy_id': (string);
}
