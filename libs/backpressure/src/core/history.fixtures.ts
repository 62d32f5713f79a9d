import type { HistoryEntry, HistoryEntryType } from './overload.events.js';
import type { OverloadStatus } from './overload-status.js';

const CHANGES: Readonly<Record<HistoryEntryType, readonly [OverloadStatus, OverloadStatus]>> = {
  backpressure_active: ['inactive', 'active'],
  backpressure_warning: ['inactive', 'warning'],
  recovery: ['active', 'inactive'],
  shedding_started: ['inactive', 'warning'],
  shedding_stopped: ['warning', 'inactive'],
};

/** An entry of subject `s` at time 0, for specs. */
export function anEntry(
  type: HistoryEntryType,
  overrides: Partial<HistoryEntry> & { readonly id: string },
): HistoryEntry {
  const [from, to] = CHANGES[type];
  return {
    type,
    subject: 's',
    atMs: 0,
    from,
    to,
    signals: { pendingMessages: 1500, latencyP95Ms: 6000, inflightMessages: 0 },
    causes: [{ signal: 'pendingMessages', value: 1500, threshold: 1000 }],
    retryAfterSeconds: 30,
    ...(type === 'recovery' ? { recoveryTimeMs: 900 } : {}),
    replica: 'r1',
    ...overrides,
  };
}
