import 'reflect-metadata';

// Requests in
export {
  createDecideDecoder,
  type DecideDecoder,
  type DecideDecoderOptions,
} from './adapters/decide-decoder.js';
export { decodeGetDecision, type DecodedGetDecision } from './adapters/get-decision-decoder.js';

// Answers out
export { encodeDecideResponse, encodeErrorResponse } from './adapters/encode-replies.js';

// Overload on gRPC
export {
  type GrpcRefusal,
  type GrpcRefusalFacts,
  GrpcRefusalWriter,
} from './adapters/grpc-refusal.js';
export { encodeLoadReport, type LoadReportLike } from './adapters/load-report.js';

// Protobuf
export {
  decodeRouteDecision,
  decodeRouteRequest,
  encodeRouteDecision,
  encodeRouteRequest,
  PROTO_LOADER_OPTIONS,
  PROTO_PACKAGE,
  PROTO_PATH,
} from './adapters/protobuf.js';
export type {
  RouteDecision,
  RouteDecision__Output,
} from './generated/beamline/flow/v1/RouteDecision.js';
export type {
  RouteRequest,
  RouteRequest__Output,
} from './generated/beamline/flow/v1/RouteRequest.js';

// Messages as classes: the declaration of each, and what validates by it
export {
  type CompiledValidator,
  compileValidator,
  type DtoClass,
} from './adapters/compile-validator.js';
export {
  DecideConstraintsDto,
  DecideRequestDto,
  DecideTaskDto,
  FlatRequestDto,
  MessageRequestDto,
  RoutedMessageDto,
} from './dto/decide-request.dto.js';
export {
  DecideResponseDto,
  ErrorResponseDto,
  ReplyContextDto,
  WireDecisionDto,
  WireErrorDto,
} from './dto/decide-response.dto.js';
export { GetDecisionDto } from './dto/get-decision.dto.js';
export {
  ExecAssignmentAckDto,
  ExecAssignmentDto,
  ExecResultDto,
  UsageEventDto,
} from './dto/assignment.dto.js';
export {
  AlertDto,
  BackpressureQueryDto,
  BackpressureReplyDto,
  BackpressureStatusDto,
  GatewayNotificationDto,
} from './dto/backpressure.dto.js';
export { IntakeDeadLetterDto, MaxDeliverDeadLetterDto } from './dto/dead-letter.dto.js';
export {
  AdminErrorReplyDto,
  CircuitBreakerStatesReplyDto,
  DryRunPipelineDto,
  DryRunPipelineReplyDto,
  ExtensionHealthReplyDto,
  PolicyReferenceDto,
} from './dto/admin-reply.dto.js';
