// Original file: proto/beamline/flow/v1/flow.proto


export interface AdminProvider {
  'id'?: (string);
  /**
   * A fraction, 0 to 1.
   */
  'weight'?: (number | string);
}

export interface AdminProvider__Output {
  'id': (string);
  /**
   * A fraction, 0 to 1.
   */
  'weight': (number);
}
