import type { HistoryEntry, HistoryEntryType } from './overload.events.js';

/** Entries of one subject, counted with the contract's names. */
export interface EventAggregate {
  readonly subject: string;
  /** Of the contract's three kinds. */
  readonly total_events: number;
  readonly active_events: number;
  readonly warning_events: number;
  readonly recovery_events: number;
  /** Unix milliseconds. */
  readonly last_event_time: number | null;
}

/** Windows that events are counted over, in milliseconds. */
export const AGGREGATE_WINDOWS = { '1m': 60_000, '5m': 300_000, '1h': 3_600_000 } as const;

/** Counts that can be added to. */
export interface EventTotals {
  readonly active: number;
  readonly warning: number;
  readonly recovery: number;
  /** Unix milliseconds. */
  readonly lastAtMs: number | undefined;
}

/** No events. */
export const NO_EVENTS: EventTotals = {
  active: 0,
  warning: 0,
  recovery: 0,
  lastAtMs: undefined,
};

const COUNTED: Partial<Record<HistoryEntryType, 'active' | 'warning' | 'recovery'>> = {
  backpressure_active: 'active',
  backpressure_warning: 'warning',
  recovery: 'recovery',
};

/** Adds an entry. Kinds that the contract does not know are not counted. */
export function addEvent(totals: EventTotals, entry: HistoryEntry): EventTotals {
  const kind = COUNTED[entry.type];
  if (kind === undefined) return totals;
  const lastAtMs = Math.max(totals.lastAtMs ?? entry.atMs, entry.atMs);
  return { ...totals, [kind]: totals[kind] + 1, lastAtMs };
}

/** Writes counts down in the contract's shape. */
export function aggregateOf(subject: string, totals: EventTotals): EventAggregate {
  const { active, warning, recovery, lastAtMs } = totals;
  return {
    subject,
    total_events: active + warning + recovery,
    active_events: active,
    warning_events: warning,
    recovery_events: recovery,
    last_event_time: lastAtMs ?? null,
  };
}
