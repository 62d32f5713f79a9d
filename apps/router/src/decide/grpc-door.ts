import type { DecideDecoder, RouteDecision, RouteRequest__Output } from '@beamline/contracts';
import { failureOfReason, type HeaderReader, type RouterFailure } from '@beamline/contracts/core';
import type { Clock, Observer } from '@beamline/kernel';
import type { DecideEvent } from '@beamline/policy/core';
import type { GrpcRefusal } from '@beamline/contracts';
import type { PacedWork } from '@beamline/backpressure';
import type { Permit } from '@beamline/backpressure/core';
import { type DoorAdmission, outcomeOf } from '../overload/door-admission.js';
import { type Answer, Answerer } from './answerer.js';
import { toRouteDecision } from './route-decision.mapper.js';
import { underPermit } from './under-permit.js';

/** What a gRPC caller gets. */
export type GrpcAnswer =
  | { readonly ok: true; readonly decision: RouteDecision; readonly traceId: string | undefined }
  | { readonly ok: false; readonly failure: RouterFailure; readonly traceId: string | undefined };

/** Who waits for an answer. */
export interface GrpcCaller {
  readonly call: { readonly cancelled: boolean };
  /** Time until its deadline, in milliseconds; `undefined` when it set none. */
  readonly timeLeftMs: number | undefined;
}

/** How a call ends that was not let in. */
export interface RefusedCall {
  readonly refused: GrpcRefusal;
}

/** What {@link GrpcDoor} stands on. */
export interface GrpcDoorParts {
  readonly decoder: DecideDecoder;
  readonly answerer: Answerer;
  readonly admission: DoorAdmission;
  readonly pace: PacedWork;
  readonly monotonic: Clock;
  readonly observe: Observer<DecideEvent>;
}

/** Heard by nobody. */
const CALLER_GONE: GrpcAnswer = {
  ok: false,
  failure: failureOfReason('timeout', { message: 'its caller has left; nothing was decided' }),
  traceId: undefined,
};

/** Takes decide requests that came as protobuf messages over gRPC. */
export class GrpcDoor {
  constructor(private readonly parts: GrpcDoorParts) {}

  /** Answers at once unless the request carries an idempotency key, which has to be settled first. */
  answer(
    request: RouteRequest__Output,
    headers: HeaderReader,
    caller: GrpcCaller,
  ): GrpcAnswer | RefusedCall | Promise<GrpcAnswer | RefusedCall> {
    const { admission } = this.parts;
    const tenantId = request.message?.tenant_id || undefined;
    const facts = { tenantId, deadlineLeftMs: caller.timeLeftMs };
    const admitted = admission.admit(headers, facts);
    if (!admitted.admitted) {
      return { refused: admission.grpcRefusal(admitted.refusal, tenantId) };
    }
    const { permit } = admitted;
    const { pace, monotonic } = this.parts;
    const receivedMs = monotonic.nowMs();
    return underPermit(permit, () =>
      pace.run(receivedMs, (startedMs): GrpcAnswer | RefusedCall | Promise<GrpcAnswer> => {
        const waitedMs = startedMs - receivedMs;
        if (waitedMs > 0 && caller.call.cancelled) {
          permit.settle('ignored');
          return CALLER_GONE;
        }
        const refusal = admission.outwaited(headers, waitedMs, facts);
        if (refusal !== undefined) {
          permit.settle('dropped');
          return { refused: admission.grpcRefusal(refusal, tenantId) };
        }
        return this.#serve(request, headers, { permit, receivedMs, startedMs });
      }),
    );
  }

  #serve(
    request: RouteRequest__Output,
    headers: HeaderReader,
    begun: Begun,
  ): GrpcAnswer | Promise<GrpcAnswer> {
    const { decoder, answerer, monotonic } = this.parts;
    const decoded = decoder.fromRouteRequest(request, headers);
    if (!decoded.ok) {
      const { failure, traceId } = decoded;
      return this.#told({ ok: false, failure, traceId }, begun);
    }
    const answer = answerer.answer(decoded.command, 'grpc');
    if (!(answer instanceof Promise)) return this.#told(toGrpcAnswer(answer), begun);
    const serviceMs = monotonic.nowMs() - begun.startedMs;
    return answer.then((settled) => this.#told(toGrpcAnswer(settled), begun, serviceMs));
  }

  #told(answer: GrpcAnswer, begun: Begun, serviceMs?: number): GrpcAnswer {
    const status = answer.ok ? 'success' : answer.failure.code;
    const { permit, receivedMs, startedMs } = begun;
    const durationMs = this.parts.monotonic.nowMs() - receivedMs;
    this.parts.observe({ type: 'request-answered', door: 'grpc', status, durationMs });
    const outcome = answer.ok ? 'success' : outcomeOf(answer.failure);
    const queueMs = startedMs - receivedMs;
    permit.settle(outcome, { serviceMs: serviceMs ?? durationMs - queueMs, queueMs });
    return answer;
  }
}

/** A request that was let in, and when work on it began. Monotonic times, in milliseconds. */
interface Begun {
  readonly permit: Permit;
  readonly receivedMs: number;
  readonly startedMs: number;
}

function toGrpcAnswer(answer: Answer): GrpcAnswer {
  const { traceId } = answer;
  return answer.ok
    ? { ok: true, decision: toRouteDecision(answer.decision), traceId }
    : { ok: false, failure: answer.failure, traceId };
}
