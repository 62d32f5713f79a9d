import { type DecideDecoder, encodeDecideResponse, encodeErrorResponse } from '@beamline/contracts';
import {
  type DecideCommand,
  errorResponse,
  HEADERS,
  type RouterFailure,
} from '@beamline/contracts/core';
import type { InboundJetStreamMessage } from '@beamline/jetstream';
import type { IntakeEvent, IntakeStatus } from '@beamline/jetstream/core';
import type { Clock, Observer } from '@beamline/kernel';
import { recordOf, replyOfOutcome, replyOfRecord } from './decide-replies.js';
import { type DecidedOutcome, DecideService } from './decide.service.js';
import { DecisionRecords, type Settlement } from './decision-records.js';
import { DeliveryEnds } from './delivery-ends.js';
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
  readonly wall: Clock;
  readonly monotonic: Clock;
  readonly observe: Observer<IntakeEvent>;
}

type Message = InboundJetStreamMessage;

/**
 * Takes durable requests: each one is decided once, answered, and only then acknowledged. What can never be decided is
 * dead-lettered with its reason; what cannot be stored right now is handed back for a later delivery.
 */
export class IntakeService {
  constructor(private readonly parts: IntakeParts) {}

  /** Brings one delivery to its end. Never throws: an unforeseen error hands the message back. */
  async handle(message: Message): Promise<void> {
    const { monotonic, observe } = this.parts;
    const { subject, deliveryCount } = message;
    const startedMs = monotonic.nowMs();
    observe({ type: 'received', subject });
    if (missesContextHeaders(message.headers)) observe({ type: 'missing-context-headers' });
    if (deliveryCount > 1) observe({ type: 'redelivered', subject, deliveryCount });
    const status = await this.#bringToEnd(message).catch((error: unknown) =>
      this.#survive(message, error),
    );
    observe({ type: 'settled', subject, status, durationMs: monotonic.nowMs() - startedMs });
  }

  async #bringToEnd(message: Message): Promise<IntakeStatus> {
    // It took its handler down every time (a crash, a kill): trying once more would do it again.
    if (this.parts.ends.hadTooMany(message)) {
      return this.parts.ends.exhaust(message, idsInHeaders(message));
    }
    const { decoder } = this.parts;
    const decoded = decoder.decodeDurable(message.data, message.headers, message.subject);
    if (!decoded.ok) return this.#reject(message, decoded, decoded.failure);

    const { command } = decoded;
    const outcome = this.parts.decide.decide(command, 'jetstream');
    if (!outcome.ok) {
      const { failure } = outcome;
      if (failure.intakeErrorCode) return this.#reject(message, outcome, failure);
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
        this.parts.observe({ type: 'duplicate', subject: message.subject });
        this.parts.replies.reply(
          message,
          outcome,
          encodeDecideResponse(replyOfRecord(settlement.record, outcome)),
        );
        this.parts.ends.acknowledge(message);
        return 'duplicate';
      case 'conflict':
        this.parts.observe({ type: 'idempotency-conflict' });
        return this.#reject(message, outcome, idempotencyViolation(command));
      case 'unavailable':
        return this.parts.ends.handBack(message, outcome, 'publish_error');
    }
  }

  #finish(message: Message, outcome: DecidedOutcome): IntakeStatus {
    this.parts.decide.commit(outcome);
    this.parts.replies.reply(message, outcome, encodeDecideResponse(replyOfOutcome(outcome)));
    this.parts.ends.acknowledge(message);
    return 'success';
  }

  /** A request that can never succeed: kept as a dead letter, answered, done. */
  async #reject(message: Message, ids: RequestIds, failure: RouterFailure): Promise<IntakeStatus> {
    const { subject } = message;
    this.parts.observe({
      type: 'rejected',
      subject,
      errorCode: failure.intakeErrorCode ?? failure.code,
    });
    if (!(await this.parts.ends.deadLetter(message, ids, failure))) return 'retried';
    this.#answerFailure(message, ids, failure);
    return 'dead_lettered';
  }

  #answerFailure(message: Message, ids: RequestIds, failure: RouterFailure): void {
    const { requestId = '', traceId } = ids;
    const body = encodeErrorResponse(errorResponse(failure, { requestId, traceId }));
    this.parts.replies.reply(message, ids, body);
    this.parts.ends.acknowledge(message);
  }

  async #survive(message: Message, error: unknown): Promise<IntakeStatus> {
    const { subject } = message;
    this.parts.observe({ type: 'handler-failed', subject, error: String(error) });
    // If even this fails, the message is neither acknowledged nor handed back: the server redelivers it after its wait.
    return this.parts.ends
      .handBack(message, idsInHeaders(message), 'backoff')
      .catch((): IntakeStatus => 'retried');
  }
}

/** With a key, requests are compared by their meaning; without one, by their bytes: it is the same message or another. */
function settle(
  records: DecisionRecords,
  { data }: Message,
  command: DecideCommand,
  decided: { readonly outcome: DecidedOutcome; readonly nowMs: number },
): Promise<Settlement> {
  const { outcome, nowMs } = decided;
  if (command.idempotencyKey === undefined) {
    return records.settleMessage(recordOf(outcome, nowMs, bytesFingerprint(data)));
  }
  const record = recordOf(outcome, nowMs, requestFingerprint(command));
  return records.settleKeyed(command.idempotencyKey, record);
}

function idsInHeaders(message: Message): RequestIds {
  return {
    traceId: message.headers.get(HEADERS.traceId),
    tenantId: message.headers.get(HEADERS.tenantId),
  };
}
