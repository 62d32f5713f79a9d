import type {
  AdmissionCounts,
  AdmissionView,
  HistoryEntry,
  HistoryEntryType,
  OverloadEvent,
  OverloadStatus,
} from '@beamline/backpressure/core';
import { Registry } from 'prom-client';
import { routerMetrics } from './router-metrics.js';

/** The subjects with labels of their own, for specs. */
export const DECIDE = 'beamline.router.v1.decide';
export const ASYNC = 'beamline.router.v1.decide.async';
const SIGNALS = { pendingMessages: 1500, latencyP95Ms: 6000, inflightMessages: 3 };

export const KNOWN = {
  pendingMessages: 'measured',
  latencyP95Ms: 'measured',
  inflightMessages: 'measured',
} as const;

/** The metrics of a router, and its page. */
export function aRouter() {
  const registry = new Registry();
  const metrics = routerMetrics(registry, { subjects: [DECIDE, ASYNC] });
  const observe = (event: OverloadEvent) => metrics.overload(event);
  return { metrics, observe, page: () => registry.metrics() };
}

/** Signals of a subject as they were found. */
export function evaluated(subject: string, status: OverloadStatus) {
  const figures = { signals: SIGNALS, ackPending: undefined, sources: KNOWN };
  return { type: 'evaluated', subject, status, ...figures, p50Ms: 20, p99Ms: 7000 } as const;
}

/** An entry of the history. */
export function entry(type: HistoryEntryType, subject = DECIDE): OverloadEvent {
  const facts = { id: 'x', atMs: 0, from: 'inactive', to: 'active', replica: 'r' } as const;
  const told: HistoryEntry = {
    ...facts,
    type,
    subject,
    signals: SIGNALS,
    causes: [],
    retryAfterSeconds: 0,
  };
  return { type: 'history-entry', entry: told };
}

/** What admission did to requests for decide. */
export function admissionWindow(mode: AdmissionView['mode']) {
  const counts: AdmissionCounts = {
    admitted: { critical: 1, default: 10, sheddable: 0 },
    refused: [{ criticality: 'sheddable', reason: 'predicted_wait', count: 3 }],
  };
  const view: AdmissionView = {
    mode,
    backlog: 42,
    deliveredPerSecond: 800,
    serviceMs: 50,
    queueMs: 125,
    predictedWaitMs: 250,
    backlogLimit: undefined,
    quality: 'inferred',
    effectiveStatus: 'warning',
    effectiveSinceMs: 0,
  };
  return { type: 'admission-window', subject: DECIDE, counts, view } as const;
}
