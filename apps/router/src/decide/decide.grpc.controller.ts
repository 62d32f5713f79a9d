import { type Metadata, type ServerUnaryCall, Metadata as GrpcMetadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import type { RouteDecision, RouteRequest__Output } from '@beamline/contracts';
import {
  ERRORS,
  grpcStatusOfReason,
  type HeaderReader,
  NO_HEADERS,
  type RouterFailure,
} from '@beamline/contracts/core';
import { UnaryHandler } from '../grpc/unary-handler.js';
import { wallClock } from '@beamline/kernel';
import { DoorAdmission } from '../overload/door-admission.js';
import { UnaryReply } from '../grpc/unary-reply.js';
import { type GrpcAnswer, GrpcDoor, type RefusedCall } from './grpc-door.js';
import { traceHeaders } from './trace-headers.js';

/** What gRPC takes as the value of metadata. */
const METADATA_VALUE = /^[ -~]*$/;

type DecideAnswer = RouteDecision | UnaryReply<RouteDecision>;
type DecideCall = ServerUnaryCall<RouteRequest__Output, RouteDecision>;

/** `beamline.flow.v1.Router` over gRPC. */
@Controller()
export class DecideGrpcController {
  constructor(
    private readonly door: GrpcDoor,
    private readonly admission: DoorAdmission,
  ) {}

  @UnaryHandler('Router', 'Decide')
  decide(
    request: RouteRequest__Output,
    metadata: Metadata,
    call: DecideCall,
  ): DecideAnswer | Promise<DecideAnswer> {
    const headers = headersOf(metadata);
    const answer = this.door.answer(request, headers, { call, timeLeftMs: timeLeftMs(call) });
    if (answer instanceof Promise) {
      return answer.then((settled) => this.#respond(settled, headers, call));
    }
    return this.#respond(answer, headers, call);
  }

  /** @throws RpcException when the answer is a failure. */
  #respond(
    answer: GrpcAnswer | RefusedCall,
    headers: HeaderReader,
    call: DecideCall,
  ): DecideAnswer {
    if ('refused' in answer) return UnaryReply.failed(answer.refused);
    const trace = traceMetadata(headers, answer.traceId);
    if (!answer.ok) throw toRpcException(answer.failure, trace ?? new GrpcMetadata());
    if (trace) call.sendMetadata(trace);
    const load = this.admission.reportFor(headers);
    if (load === undefined) return answer.decision;
    return UnaryReply.of(answer.decision, this.admission.loadTrailers(load));
  }
}

/** Time the caller still waits, in milliseconds; `undefined` when it set no deadline. */
function timeLeftMs(call: DecideCall): number | undefined {
  const deadline = call.getDeadline();
  const atMs = typeof deadline === 'number' ? deadline : deadline.getTime();
  return atMs === Number.POSITIVE_INFINITY ? undefined : Math.max(0, atMs - wallClock.nowMs());
}

/** Reading all metadata once costs less than asking for a few names: each question checks its name first. */
function headersOf(metadata: Metadata): HeaderReader {
  const sent = metadata.getMap();
  const isPlain = Object.keys(sent).every((name) => name === 'user-agent');
  if (isPlain) return NO_HEADERS;
  return {
    get: (name) => {
      const value = sent[name.toLowerCase()];
      return typeof value === 'string' ? value : undefined;
    },
  };
}

/** Trace context goes back to those who sent one. */
function traceMetadata(headers: HeaderReader, traceId: string | undefined): Metadata | undefined {
  if (headers === NO_HEADERS) return undefined;
  const trace = traceHeaders(headers, traceId);
  if (!trace) return undefined;
  const metadata = new GrpcMetadata();
  for (const [name, value] of Object.entries(trace)) {
    // A trace id out of a message may hold what metadata may not; whoever sent it knows it anyway.
    if (METADATA_VALUE.test(value)) metadata.set(name, value);
  }
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
