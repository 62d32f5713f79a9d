import {
  type DecideCommand,
  failureOfReason,
  type RouterFailure,
  type WireDecision,
} from '@beamline/contracts/core';
import type { IntakeEvent } from '@beamline/jetstream/core';
import type { Clock, Observer } from '@beamline/kernel';
import type { Door } from '@beamline/policy/core';
import { idempotencyViolation } from './idempotency-violation.js';
import { requestFingerprint } from './request-fingerprint.js';
import { recordOf, replyOfOutcome } from './decide-replies.js';
import { type DecidedOutcome, DecideService } from './decide.service.js';
import { DecisionRecords, type Settlement } from './decision-records.js';

interface DecidedAnswer {
  readonly ok: true;
  readonly decision: WireDecision;
  readonly requestId: string;
  readonly traceId: string | undefined;
}

/** What a waiting caller gets: the decision or the failure, under the ids of its request. */
export type Answer =
  | DecidedAnswer
  | {
      readonly ok: false;
      readonly failure: RouterFailure;
      readonly requestId: string;
      readonly traceId: string | undefined;
    };

/** What {@link Answerer} stands on. */
export interface AnswererParts {
  readonly decide: DecideService;
  readonly records: DecisionRecords;
  /** `false`: idempotency keys are not looked at. */
  readonly idempotency: boolean;
  readonly wall: Clock;
  readonly observe: Observer<IntakeEvent>;
}

/**
 * Answers callers that wait (gRPC and NATS request/reply). Without an idempotency key the answer is there at once and
 * is remembered afterwards; with one, who decided first is settled before anybody is answered.
 */
export class Answerer {
  constructor(private readonly parts: AnswererParts) {}

  answer(command: DecideCommand, door: Door): Answer | Promise<Answer> {
    const { decide, records, idempotency, wall } = this.parts;
    const outcome = decide.decide(command, door);
    if (!outcome.ok) return outcome;
    if (outcome.dryRun) return answerOf(outcome);
    if (idempotency && command.idempotencyKey !== undefined) {
      return records
        .settleKeyed(
          command.idempotencyKey,
          recordOf(outcome, wall.nowMs(), requestFingerprint(command)),
        )
        .then((settlement) => this.#apply(settlement, command, outcome));
    }
    decide.commit(outcome);
    const answer = answerOf(outcome);
    records.remember(recordOf(outcome, wall.nowMs(), '', answer.decision));
    return answer;
  }

  #apply(settlement: Settlement, command: DecideCommand, outcome: DecidedOutcome): Answer {
    const { requestId, traceId } = outcome;
    switch (settlement.kind) {
      case 'first':
        this.parts.decide.commit(outcome);
        return answerOf(outcome);
      case 'recorded':
        return { ok: true, decision: settlement.record.decision, requestId, traceId };
      case 'conflict':
        this.parts.observe({ type: 'idempotency-conflict' });
        return { ok: false, failure: idempotencyViolation(command), requestId, traceId };
      case 'busy': {
        const message = 'too many idempotency records are being written; nothing was decided';
        const failure = failureOfReason('service_overloaded', { message });
        return { ok: false, failure, requestId, traceId };
      }
      case 'unavailable': {
        const message = 'the idempotency record cannot be reached; nothing was decided';
        const failure = failureOfReason('nats_unavailable', { message });
        return { ok: false, failure, requestId, traceId };
      }
    }
  }
}

function answerOf(outcome: DecidedOutcome): DecidedAnswer {
  const { requestId, traceId } = outcome;
  return { ok: true, decision: replyOfOutcome(outcome).decision, requestId, traceId };
}
