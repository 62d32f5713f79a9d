import type { DecisionRecord } from './decision-record.js';

/**
 * The newest decisions by message id: at least half of `max` of them, at most `max`. Two generations that take turns
 * forget in whole, for a tenth of what keeping every entry's age costs on each request.
 */
export class RecentDecisions {
  #young = new Map<string, DecisionRecord>();
  #old = new Map<string, DecisionRecord>();

  constructor(private readonly max: number) {}

  set(record: DecisionRecord): void {
    const { messageId, tenantId } = record;
    const holder = this.#young.get(messageId);
    const isFree = holder === undefined || holder.tenantId === tenantId;
    this.#young.set(isFree ? messageId : sharedKey(messageId, tenantId), record);
    if (this.#young.size * 2 < this.max) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  /** @param tenantId Whose decision it must be; absent: whoever used that id. */
  get(messageId: string, tenantId: string | undefined): DecisionRecord | undefined {
    return found(this.#young, messageId, tenantId) ?? found(this.#old, messageId, tenantId);
  }
}

/** An id that several tenants use is told apart by the tenant: the others pay nothing for it. */
function sharedKey(messageId: string, tenantId: string): string {
  return `${tenantId}\n${messageId}`;
}

function found(
  records: ReadonlyMap<string, DecisionRecord>,
  messageId: string,
  tenantId: string | undefined,
): DecisionRecord | undefined {
  const record = records.get(messageId);
  if (tenantId === undefined || record?.tenantId === tenantId) return record;
  return records.get(sharedKey(messageId, tenantId));
}
