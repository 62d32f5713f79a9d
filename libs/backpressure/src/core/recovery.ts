import type { HistoryEntry } from './overload.events.js';

/** Whether the last overload of a subject is over. */
export interface RecoveryRecord {
  readonly recovered: boolean;
  /** How long the subject had not been inactive, in milliseconds; `undefined`: it has not recovered. */
  readonly recoveryTimeMs: number | undefined;
  /** When it recovered, in Unix milliseconds; `undefined`: it has not recovered. */
  readonly atMs: number | undefined;
}

/** Nothing has happened yet. */
export const NOT_RECOVERED: RecoveryRecord = {
  recovered: false,
  recoveryTimeMs: undefined,
  atMs: undefined,
};

/** What an entry makes of the record: a recovery is written down, a new activation resets it. */
export function nextRecovery(record: RecoveryRecord, entry: HistoryEntry): RecoveryRecord {
  if (entry.type === 'backpressure_active') return NOT_RECOVERED;
  if (entry.type !== 'recovery') return record;
  return { recovered: true, recoveryTimeMs: entry.recoveryTimeMs ?? 0, atMs: entry.atMs };
}
