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
    this.#young.set(record.messageId, record);
    if (this.#young.size * 2 < this.max) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  get(messageId: string): DecisionRecord | undefined {
    return this.#young.get(messageId) ?? this.#old.get(messageId);
  }
}
