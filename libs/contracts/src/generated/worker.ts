import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ExecAssignmentAck as _beamline_worker_v1_ExecAssignmentAck, ExecAssignmentAck__Output as _beamline_worker_v1_ExecAssignmentAck__Output } from './beamline/worker/v1/ExecAssignmentAck.js';
import type { ExecResult as _beamline_worker_v1_ExecResult, ExecResult__Output as _beamline_worker_v1_ExecResult__Output } from './beamline/worker/v1/ExecResult.js';
import type { Job as _beamline_worker_v1_Job, Job__Output as _beamline_worker_v1_Job__Output } from './beamline/worker/v1/Job.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  beamline: {
    worker: {
      v1: {
        ExecAssignmentAck: MessageTypeDefinition<_beamline_worker_v1_ExecAssignmentAck, _beamline_worker_v1_ExecAssignmentAck__Output>
        ExecResult: MessageTypeDefinition<_beamline_worker_v1_ExecResult, _beamline_worker_v1_ExecResult__Output>
        Job: MessageTypeDefinition<_beamline_worker_v1_Job, _beamline_worker_v1_Job__Output>
      }
    }
  }
}

