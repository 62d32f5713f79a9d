import type { HistoryEntry, OverloadAlert } from '../core/index.js';

/** A subject that became active, with the given parts over it. */
export function anEntry(parts: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    id: 'replica-1-1',
    type: 'backpressure_active',
    subject: 'work.do',
    atMs: 1_700_000_000_000,
    from: 'inactive',
    to: 'active',
    signals: { pendingMessages: 1_500, latencyP95Ms: 6_000, inflightMessages: 3 },
    causes: [{ signal: 'pendingMessages', value: 1_500, threshold: 1_000 }],
    retryAfterSeconds: 30,
    replica: 'replica',
    ...parts,
  };
}

/** The alert of a subject that became active, with the given parts over it. */
export function anAlert(parts: Partial<OverloadAlert> = {}): OverloadAlert {
  return {
    alertName: 'RouterBackpressureActive',
    severity: 'warning',
    state: 'raised',
    subject: 'work.do',
    message: 'work.do is overloaded',
    signals: { pendingMessages: 1_500, latencyP95Ms: 6_000, inflightMessages: 3 },
    atMs: 1_700_000_000_000,
    ...parts,
  };
}
