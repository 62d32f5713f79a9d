import { type DecideResponse, decideResponse, type WireDecision } from '@beamline/contracts/core';
import type { DecidedOutcome } from './decide.service.js';
import type { DecisionRecord } from './decision-record.js';

/** The answer to a request that was decided now. */
export function replyOfOutcome(outcome: DecidedOutcome): DecideResponse {
  return decideResponse(outcome.decided, outcome);
}

/** The answer that gives a decision, made now or recorded before, under the ids of this request. */
export function replyOfDecision(
  decision: WireDecision,
  ids: { readonly requestId: string; readonly traceId?: string | undefined },
): DecideResponse {
  const { requestId, traceId } = ids;
  return {
    ok: true,
    decision,
    context: traceId ? { request_id: requestId, trace_id: traceId } : { request_id: requestId },
  };
}

/** What shall be remembered of a decision. `fingerprint`: `''` where nobody will compare it. */
export function recordOf(
  outcome: DecidedOutcome,
  nowMs: number,
  fingerprint = '',
  decision: WireDecision = replyOfOutcome(outcome).decision,
): DecisionRecord {
  const { tenantId, requestId, traceId, policyId } = outcome;
  return {
    fingerprint,
    tenantId,
    messageId: requestId,
    policyId,
    traceId,
    decidedAtMs: nowMs,
    decision,
  };
}
