import {
  type DecideDecoder,
  encodeDecideResponse,
  encodeErrorResponse,
  encodeRouteDecision,
} from '@beamline/contracts';
import {
  type DecodedCommand,
  errorResponse,
  type HeaderReader,
  type RouterFailure,
} from '@beamline/contracts/core';
import type { InboundRequest, Reply } from '@beamline/jetstream';
import type { IntakeEvent, IntakeStatus } from '@beamline/jetstream/core';
import type { Clock, Observer } from '@beamline/kernel';
import type { PacedWork } from '@beamline/backpressure';
import type { Permit } from '@beamline/backpressure/core';
import { type DoorAdmission, outcomeOf } from '../overload/door-admission.js';
import { type Answer, Answerer } from './answerer.js';
import { replyOfDecision } from './decide-replies.js';
import { missesContextHeaders } from './missing-headers.js';
import { toRouteDecision } from './route-decision.mapper.js';
import { traceHeaders } from './trace-headers.js';
import { underPermit } from './under-permit.js';

/** What {@link NatsDoor} stands on. */
export interface NatsDoorParts {
  readonly decoder: DecideDecoder;
  readonly answerer: Answerer;
  readonly admission: DoorAdmission;
  readonly pace: PacedWork;
  readonly monotonic: Clock;
  readonly observe: Observer<IntakeEvent>;
}

/** Media type by which a caller asks for a protobuf RouteDecision instead of JSON. */
const PROTOBUF = 'application/x-protobuf';

/** Takes decide requests over NATS request/reply, in any of their forms. Every request gets an answer. */
export class NatsDoor {
  constructor(private readonly parts: NatsDoorParts) {}

  /** Answers at once unless the request carries an idempotency key, which has to be settled first. */
  answer(message: InboundRequest): Reply | Promise<Reply> {
    const { admission } = this.parts;
    const admitted = admission.admit(message.headers);
    if (!admitted.admitted) return admission.natsRefusal(admitted.refusal);
    const { permit } = admitted;
    return underPermit(permit, () =>
      this.parts.pace.run(message.receivedAtMs, (startedMs) =>
        this.#serve(message, { permit, startedMs }),
      ),
    );
  }

  #serve(message: InboundRequest, begun: Begun): Reply | Promise<Reply> {
    const { headers, receivedAtMs } = message;
    const refusal = this.parts.admission.outwaited(headers, begun.startedMs - receivedAtMs);
    if (refusal !== undefined) {
      begun.permit.settle('dropped');
      return this.parts.admission.natsRefusal(refusal);
    }
    if (missesContextHeaders(message.headers)) {
      this.parts.observe({ type: 'missing-context-headers' });
    }
    const decoded = this.parts.decoder.decode(message.data, message.headers);
    if (!decoded.ok) return this.#refuse(message, decoded, begun);

    const answer = this.parts.answerer.answer(decoded.command, 'nats');
    if (!(answer instanceof Promise)) return this.#reply(message, answer, begun);
    // What follows is the wait for a record to be stored: not work of this process, but time that requests wait.
    const serviceMs = this.parts.monotonic.nowMs() - begun.startedMs;
    return answer.then((settled) => this.#reply(message, settled, begun, serviceMs));
  }

  #refuse(message: InboundRequest, refused: Refused, begun: Begun): Reply {
    const { failure, requestId = '', traceId } = refused;
    this.parts.observe({
      type: 'rejected',
      subject: message.subject,
      errorCode: failure.intakeErrorCode ?? failure.code,
    });
    return this.#reply(message, { ok: false, failure, requestId, traceId }, begun);
  }

  #reply(message: InboundRequest, answer: Answer, begun: Begun, serviceMs?: number): Reply {
    const { subject, headers, receivedAtMs } = message;
    const status: IntakeStatus = answer.ok ? 'success' : 'failed';
    const durationMs = this.parts.monotonic.nowMs() - receivedAtMs;
    this.parts.observe({ type: 'settled', subject, status, durationMs });
    const outcome = answer.ok ? 'success' : outcomeOf(answer.failure);
    const queueMs = begun.startedMs - receivedAtMs;
    begun.permit.settle(outcome, { serviceMs: serviceMs ?? durationMs - queueMs, queueMs });
    const body = bodyOf(answer, headers);
    const load = this.parts.admission.reportFor(headers);
    const trace = traceHeaders(headers, answer.traceId);
    if (load === undefined) return trace ? { body, headers: trace } : body;
    return { body, headers: { ...load, ...trace } };
  }
}

/** A request that was let in, and when work on it began. */
interface Begun {
  readonly permit: Permit;
  /** Monotonic, in milliseconds. */
  readonly startedMs: number;
}

type Refused = Extract<DecodedCommand, { ok: false }>;

function bodyOf(answer: Answer, headers: HeaderReader): string | Uint8Array {
  if (!answer.ok) return encodeFailure(answer.failure, answer);
  if (headers.get('accept') === PROTOBUF) {
    return encodeRouteDecision(toRouteDecision(answer.decision));
  }
  return encodeDecideResponse(replyOfDecision(answer.decision, answer));
}

/** The wire form of a failure under the ids of its request. */
export function encodeFailure(
  failure: RouterFailure,
  ids: { readonly requestId: string; readonly traceId?: string | undefined },
): string {
  return encodeErrorResponse(errorResponse(failure, ids));
}
