import type { ReplicaReport, SubjectReport } from './replica-report.js';

/** A report of one subject on which nothing happens, for specs. */
export function aSubjectReport(overrides: Partial<SubjectReport> = {}): SubjectReport {
  return {
    subject: 's',
    inflight: 0,
    waiting: 0,
    latencies: [],
    deliveredPerSecond: 0,
    serviceMs: 0,
    queueMs: 0,
    predictedWaitMs: 0,
    offered: 0,
    refused: 0,
    effectiveStatus: 'inactive',
    takesPerSecond: 0,
    isRefusing: false,
    status: 'inactive',
    statusSinceMs: 0,
    ...overrides,
  };
}

/** A report of replica `r1`, for specs. */
export function aReport(overrides: Partial<ReplicaReport> = {}): ReplicaReport {
  const subjects = [aSubjectReport()];
  return { version: 1, replica: 'r1', epoch: 1, seq: 1, atMs: 0, subjects, ...overrides };
}
