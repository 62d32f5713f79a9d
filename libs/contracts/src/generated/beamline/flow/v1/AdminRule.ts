// Original file: proto/beamline/flow/v1/flow.proto


export interface AdminRule {
  'match'?: (string);
  'prefer'?: (string)[];
  'fallback'?: (string);
}

export interface AdminRule__Output {
  'match': (string);
  'prefer': (string)[];
  'fallback': (string);
}
