// Original file: proto/beamline/flow/v1/flow.proto


export interface GetValidatorsHealthRequest {
  'tenant_id'?: (string);
}

export interface GetValidatorsHealthRequest__Output {
  'tenant_id': (string);
}
