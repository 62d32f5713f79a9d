import { decodeGetDecision, encodeDecideResponse } from '@beamline/contracts';
import { checkTenant, failureOfReason, type TenantAllowlist } from '@beamline/contracts/core';
import type { InboundRequest } from '@beamline/jetstream';
import { replyOfDecision } from './decide-replies.js';
import { DecisionRecords } from './decision-records.js';
import { encodeFailure } from './nats-door.js';

/** Answers "what was decided for this message?" from the records. */
export class DecisionLookup {
  constructor(
    private readonly records: DecisionRecords,
    private readonly allowlist: TenantAllowlist,
  ) {}

  async answer(message: InboundRequest): Promise<string> {
    const query = decodeGetDecision(message.data, message.headers);
    if (!query.ok) return encodeFailure(query.failure, { requestId: '' });

    const { messageId, tenantId, traceId } = query;
    const found = await this.records.find(messageId, tenantId);
    if (found === 'unavailable') {
      const failure = failureOfReason('nats_unavailable', {
        message: 'the decision records cannot be reached',
      });
      return encodeFailure(failure, { requestId: messageId, traceId });
    }
    // Which decisions exist is nobody's business but their tenant's: a forbidden one looks like none at all.
    if (!found || checkTenant(found.tenantId, this.allowlist) !== 'ok') {
      const failure = failureOfReason('decision_not_found', {
        message: `no decision is recorded for message_id "${messageId.slice(0, 64)}"`,
      });
      return encodeFailure(failure, { requestId: messageId, traceId });
    }
    const ids = { requestId: messageId, traceId: traceId ?? found.traceId };
    return encodeDecideResponse(replyOfDecision(found.decision, ids));
  }
}
