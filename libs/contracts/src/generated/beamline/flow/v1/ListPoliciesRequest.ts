// Original file: proto/beamline/flow/v1/flow.proto


export interface ListPoliciesRequest {
  'tenant_id'?: (string);
}

export interface ListPoliciesRequest__Output {
  'tenant_id': (string);
}
