import { type DecideDecoder, encodeDecideResponse, encodeErrorResponse } from '@beamline/contracts';
import {
  type DecideCommand,
  errorResponse,
  failureOfReason,
  HEADERS,
  intakeFailure,
  type RouterFailure,
} from '@beamline/contracts/core';
import type { InboundJetStreamMessage } from '@beamline/jetstream';
import type { IntakeEvent, IntakeStatus } from '@beamline/jetstream/core';
import type { Clock, Observer } from '@beamline/kernel';
import type { PacedWork } from '@beamline/backpressure';
import type { Permit, Refusal } from '@beamline/backpressure/core';
import { type DurableAdmission, outcomeOfDelivery } from '../overload/durable-admission.js';
import { recordOf, replyOfDecision, replyOfOutcome } from './decide-replies.js';
import { type DecidedOutcome, DecideService } from './decide.service.js';
import type { DecisionRecord } from './decision-record.js';
import { DecisionRecords, type Settlement } from './decision-records.js';
import { DeliveryEnds, type GivenUpOrRetried } from './delivery-ends.js';
import { idempotencyViolation } from './idempotency-violation.js';
import { IntakeReplies, type RequestIds } from './intake-replies.js';
import { missesContextHeaders } from './missing-headers.js';
import { bytesFingerprint, requestFingerprint } from './request-fingerprint.js';

/** What {@link IntakeService} stands on. */
export interface IntakeParts {
  readonly decoder: DecideDecoder;
  readonly decide: DecideService;
  /** `undefined`: idempotency is switched off, a redelivered request is decided anew. */
  readonly records: DecisionRecords | undefined;
  readonly ends: DeliveryEnds;
  readonly replies: IntakeReplies;
  readonly admission: DurableAdmission;
  readonly wall: Clock;
  readonly pace: PacedWork;
  readonly monotonic: Clock;
  readonly observe: Observer<IntakeEvent>;
}

type Message = InboundJetStreamMessage;
type RepliedIds = RequestIds & { readonly requestId: string };

/**
 * Takes durable requests: each one is decided once, answered, and only then acknowledged. What can never be decided is
 * dead-lettered with its reason; what cannot be stored right now is handed back for a later delivery.
 */
export class IntakeService {
  constructor(private readonly parts: IntakeParts) {}

  /** Brings one delivery to its end. Never throws: an unforeseen error hands the message back. */
  async handle(message: Message): Promise<void> {
    const { observe, admission } = this.parts;
    const { subject, deliveryCount } = message;
    observe({ type: 'received', subject });
    const admitted = admission.admit(message);
    if (!admitted.admitted) return this.#handBack(message, admitted.refusal);
    if (missesContextHeaders(message.headers)) observe({ type: 'missing-context-headers' });
    if (deliveryCount > 1) observe({ type: 'redelivered', subject, deliveryCount });
    await this.#work(message, admitted.permit);
  }

  async #work(message: Message, permit: Permit): Promise<void> {
    const { monotonic, observe, pace } = this.parts;
    const { subject } = message;
    const receivedMs = monotonic.nowMs();
    let serviceMs = 0;
    const status = await pace.run(receivedMs, (begunMs) => {
      const ending = this.#bringToEnd(message).catch((error: unknown) =>
        this.#survive(message, error),
      );
      // What follows is the wait for the record and the dead letter to be stored.
      serviceMs = monotonic.nowMs() - begunMs;
      return ending;
    });
    // The time in the stream is no wait for this router: it fetches what it has room for, and the rest may lie for hours.
    permit.settle(outcomeOfDelivery(status), { serviceMs });
    observe({ type: 'settled', subject, status, durationMs: monotonic.nowMs() - receivedMs });
  }

  /** The router is overloaded, and strict: the message comes again, unread and unanswered. */
  #handBack(message: Message, { retryAfterMs }: Refusal): void {
    message.nak(retryAfterMs);
    this.parts.observe({ type: 'naked', reason: 'backpressure', delayMs: retryAfterMs });
  }

  async #bringToEnd(message: Message): Promise<IntakeStatus> {
    // It took its handler down every time (a crash, a kill): trying once more would do it again.
    if (this.parts.ends.hadTooMany(message)) {
      const ids = idsInHeaders(message);
      return this.#answerIfGivenUp(await this.parts.ends.exhaust(message, ids), message, ids);
    }
    const { decoder } = this.parts;
    const decoded = decoder.decodeDurable(message.data, message.headers, message.subject);
    if (!decoded.ok) return this.#reject(message, decoded, decoded.failure);

    const { command } = decoded;
    const outcome = this.parts.decide.decide(command, 'jetstream');
    if (!outcome.ok) {
      const { failure } = outcome;
      if (failure.intakeErrorCode) return this.#reject(message, outcome, failure);
      const recorded = await this.#recordOf(message, command);
      if (recorded) return this.#repeat(message, outcome, recorded);
      this.#answerFailure(message, outcome, failure);
      return 'failed';
    }
    if (!this.parts.records || outcome.dryRun) return this.#finish(message, outcome);
    const nowMs = this.parts.wall.nowMs();
    const settlement = await settle(this.parts.records, message, command, { outcome, nowMs });
    return this.#apply(settlement, message, command, outcome);
  }

  async #apply(
    settlement: Settlement,
    message: Message,
    command: DecideCommand,
    outcome: DecidedOutcome,
  ): Promise<IntakeStatus> {
    switch (settlement.kind) {
      case 'first':
        return this.#finish(message, outcome);
      case 'recorded':
        return this.#repeat(message, outcome, settlement.record);
      case 'conflict':
        this.parts.observe({ type: 'idempotency-conflict' });
        return this.#reject(message, outcome, idempotencyViolation(command));
      case 'busy':
      case 'unavailable': {
        const end = await this.parts.ends.handBack(message, outcome, 'publish_error');
        return this.#answerIfGivenUp(end, message, outcome, failureOfReason('nats_unavailable'));
      }
    }
  }

  /** What was decided for this very request, before the policy it was decided by went away. */
  async #recordOf(message: Message, command: DecideCommand): Promise<DecisionRecord | undefined> {
    const found = await this.parts.records?.find(command.requestId, command.tenantId);
    if (found === undefined || found === 'unavailable') return undefined;
    return found.fingerprint === fingerprintOf(message, command) ? found : undefined;
  }

  #repeat(message: Message, ids: RepliedIds, record: DecisionRecord): IntakeStatus {
    this.parts.observe({ type: 'duplicate', subject: message.subject });
    const reply = encodeDecideResponse(replyOfDecision(record.decision, ids));
    return this.#answer(message, ids, reply) ? 'duplicate' : 'retried';
  }

  #finish(message: Message, outcome: DecidedOutcome): IntakeStatus {
    this.parts.decide.commit(outcome);
    const reply = encodeDecideResponse(replyOfOutcome(outcome));
    return this.#answer(message, outcome, reply) ? 'success' : 'retried';
  }

  /** A request that can never succeed: kept as a dead letter, answered, done. */
  async #reject(message: Message, ids: RequestIds, failure: RouterFailure): Promise<IntakeStatus> {
    const { subject } = message;
    this.parts.observe({
      type: 'rejected',
      subject,
      errorCode: failure.intakeErrorCode ?? failure.code,
    });
    const end = await this.parts.ends.deadLetter(message, ids, failure);
    return this.#answerIfGivenUp(end, message, ids, failure);
  }

  /** Whoever waits for a request that is given up shall not wait for ever. */
  #answerIfGivenUp(
    end: GivenUpOrRetried,
    message: Message,
    ids: RequestIds,
    failure: RouterFailure = intakeFailure('INTERNAL_VALIDATION_ERROR'),
  ): GivenUpOrRetried {
    if (end === 'dead_lettered') this.#answerFailure(message, ids, failure);
    return end;
  }

  #answerFailure(message: Message, ids: RequestIds, failure: RouterFailure): void {
    const { requestId = '', traceId } = ids;
    const body = encodeErrorResponse(errorResponse(failure, { requestId, traceId }));
    this.#answer(message, ids, body);
  }

  /** Answers, and only then lets the message go: without a connection it comes again, and is answered then. */
  #answer(message: Message, ids: RequestIds, body: string): boolean {
    if (!this.parts.replies.reply(message, ids, body)) return false;
    this.parts.ends.acknowledge(message);
    return true;
  }

  async #survive(message: Message, error: unknown): Promise<IntakeStatus> {
    const { subject } = message;
    this.parts.observe({ type: 'handler-failed', subject, error: String(error) });
    // If even this fails, the message is neither acknowledged nor handed back: the server redelivers it after its wait.
    const ids = idsInHeaders(message);
    return this.parts.ends
      .handBack(message, ids, 'backoff')
      .then((end) => this.#answerIfGivenUp(end, message, ids))
      .catch((): IntakeStatus => 'retried');
  }
}

/** With a key, requests are compared by their meaning; without one, by their bytes: it is the same message or another. */
function fingerprintOf({ data }: Message, command: DecideCommand): string {
  return command.idempotencyKey === undefined
    ? bytesFingerprint(data)
    : requestFingerprint(command);
}

function settle(
  records: DecisionRecords,
  message: Message,
  command: DecideCommand,
  decided: { readonly outcome: DecidedOutcome; readonly nowMs: number },
): Promise<Settlement> {
  const { outcome, nowMs } = decided;
  const record = recordOf(outcome, nowMs, fingerprintOf(message, command));
  return command.idempotencyKey === undefined
    ? records.settleMessage(record)
    : records.settleKeyed(command.idempotencyKey, record);
}

function idsInHeaders(message: Message): RequestIds {
  return {
    traceId: message.headers.get(HEADERS.traceId),
    tenantId: message.headers.get(HEADERS.tenantId),
  };
}
