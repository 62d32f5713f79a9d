// Original file: proto/beamline/flow/v1/flow.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { RouteDecision as _beamline_flow_v1_RouteDecision, RouteDecision__Output as _beamline_flow_v1_RouteDecision__Output } from '../../../beamline/flow/v1/RouteDecision.js';
import type { RouteRequest as _beamline_flow_v1_RouteRequest, RouteRequest__Output as _beamline_flow_v1_RouteRequest__Output } from '../../../beamline/flow/v1/RouteRequest.js';

/**
 * Decides which provider serves a task.
 */
export interface RouterClient extends grpc.Client {
  Decide(argument: _beamline_flow_v1_RouteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_beamline_flow_v1_RouteDecision__Output>): grpc.ClientUnaryCall;
  Decide(argument: _beamline_flow_v1_RouteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_beamline_flow_v1_RouteDecision__Output>): grpc.ClientUnaryCall;
  Decide(argument: _beamline_flow_v1_RouteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_beamline_flow_v1_RouteDecision__Output>): grpc.ClientUnaryCall;
  Decide(argument: _beamline_flow_v1_RouteRequest, callback: grpc.requestCallback<_beamline_flow_v1_RouteDecision__Output>): grpc.ClientUnaryCall;
  decide(argument: _beamline_flow_v1_RouteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_beamline_flow_v1_RouteDecision__Output>): grpc.ClientUnaryCall;
  decide(argument: _beamline_flow_v1_RouteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_beamline_flow_v1_RouteDecision__Output>): grpc.ClientUnaryCall;
  decide(argument: _beamline_flow_v1_RouteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_beamline_flow_v1_RouteDecision__Output>): grpc.ClientUnaryCall;
  decide(argument: _beamline_flow_v1_RouteRequest, callback: grpc.requestCallback<_beamline_flow_v1_RouteDecision__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Decides which provider serves a task.
 */
export interface RouterHandlers extends grpc.UntypedServiceImplementation {
  Decide: grpc.handleUnaryCall<_beamline_flow_v1_RouteRequest__Output, _beamline_flow_v1_RouteDecision>;
  
}

export interface RouterDefinition extends grpc.ServiceDefinition {
  Decide: MethodDefinition<_beamline_flow_v1_RouteRequest, _beamline_flow_v1_RouteDecision, _beamline_flow_v1_RouteRequest__Output, _beamline_flow_v1_RouteDecision__Output>
}
