import { type Metadata, type ServerUnaryCall, Metadata as GrpcMetadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod, RpcException } from '@nestjs/microservices';
import type { RouteDecision, RouteRequest__Output } from '@beamline/contracts';
import {
  ERRORS,
  grpcStatusOfReason,
  type HeaderReader,
  HEADERS,
  type RouterFailure,
} from '@beamline/contracts/core';
import { GrpcDoor } from './grpc-door.js';

type DecideCall = ServerUnaryCall<RouteRequest__Output, RouteDecision>;

/** `beamline.flow.v1.Router` over gRPC. */
@Controller()
export class DecideGrpcController {
  constructor(private readonly door: GrpcDoor) {}

  @GrpcMethod('Router', 'Decide')
  async decide(
    request: RouteRequest__Output,
    metadata: Metadata,
    call: DecideCall,
  ): Promise<RouteDecision> {
    const headers = headersOf(metadata);
    const answer = await this.door.answer(request, headers);
    const trace = traceMetadata(headers, answer.traceId);
    if (!answer.ok) throw toRpcException(answer.failure, trace ?? new GrpcMetadata());
    if (trace) call.sendMetadata(trace);
    return answer.decision;
  }
}

function headersOf(metadata: Metadata): HeaderReader {
  return {
    get: (name) => {
      const [value] = metadata.get(name);
      return typeof value === 'string' ? value : undefined;
    },
  };
}

/** Trace context goes back to those who sent one. */
function traceMetadata(headers: HeaderReader, traceId: string | undefined): Metadata | undefined {
  const traceparent = headers.get(HEADERS.traceparent);
  const sentTraceId = headers.get(HEADERS.traceId);
  if (!traceparent && !sentTraceId) return undefined;
  const metadata = new GrpcMetadata();
  if (traceparent) metadata.set(HEADERS.traceparent, traceparent);
  if (traceId) metadata.set(HEADERS.traceId, traceId);
  return metadata;
}

function toRpcException(failure: RouterFailure, metadata: Metadata): RpcException {
  metadata.set('beamline-error-code', failure.code);
  metadata.set('beamline-retryable', String(ERRORS[failure.code].retryable));
  if (failure.intakeErrorCode) metadata.set('beamline-intake-error-code', failure.intakeErrorCode);
  const { message } = failure;
  const code = grpcStatusOfReason(failure.reason);
  return new RpcException({ code, message, details: message, metadata });
}
