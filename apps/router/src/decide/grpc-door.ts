import type { DecideDecoder, RouteDecision, RouteRequest__Output } from '@beamline/contracts';
import type { HeaderReader, RouterFailure } from '@beamline/contracts/core';
import type { Clock, Observer } from '@beamline/kernel';
import type { DecideEvent } from '@beamline/policy/core';
import { type Answer, Answerer } from './answerer.js';
import { toRouteDecision } from './route-decision.mapper.js';

/** What a gRPC caller gets. */
export type GrpcAnswer =
  | { readonly ok: true; readonly decision: RouteDecision; readonly traceId: string | undefined }
  | { readonly ok: false; readonly failure: RouterFailure; readonly traceId: string | undefined };

/** What {@link GrpcDoor} stands on. */
export interface GrpcDoorParts {
  readonly decoder: DecideDecoder;
  readonly answerer: Answerer;
  readonly monotonic: Clock;
  readonly observe: Observer<DecideEvent>;
}

/** Takes decide requests that came as protobuf messages over gRPC. */
export class GrpcDoor {
  constructor(private readonly parts: GrpcDoorParts) {}

  /** Answers at once unless the request carries an idempotency key, which has to be settled first. */
  answer(request: RouteRequest__Output, headers: HeaderReader): GrpcAnswer | Promise<GrpcAnswer> {
    const { decoder, answerer, monotonic } = this.parts;
    const startedMs = monotonic.nowMs();
    const decoded = decoder.fromRouteRequest(request, headers);
    if (!decoded.ok) {
      return this.#told(
        { ok: false, failure: decoded.failure, traceId: decoded.traceId },
        startedMs,
      );
    }
    const answer = answerer.answer(decoded.command, 'grpc');
    return answer instanceof Promise
      ? answer.then((settled) => this.#told(toGrpcAnswer(settled), startedMs))
      : this.#told(toGrpcAnswer(answer), startedMs);
  }

  #told(answer: GrpcAnswer, startedMs: number): GrpcAnswer {
    const status = answer.ok ? 'success' : answer.failure.code;
    const durationMs = this.parts.monotonic.nowMs() - startedMs;
    this.parts.observe({ type: 'request-answered', door: 'grpc', status, durationMs });
    return answer;
  }
}

function toGrpcAnswer(answer: Answer): GrpcAnswer {
  const { traceId } = answer;
  return answer.ok
    ? { ok: true, decision: toRouteDecision(answer.decision), traceId }
    : { ok: false, failure: answer.failure, traceId };
}
