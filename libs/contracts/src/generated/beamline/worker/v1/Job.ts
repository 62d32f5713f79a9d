// Original file: proto/beamline/worker/v1/worker.proto


export interface Job {
  'type'?: (string);
  'metadata'?: ({[key: string]: string});
}

export interface Job__Output {
  'type': (string);
  'metadata': ({[key: string]: string});
}
