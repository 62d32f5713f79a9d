import type { ReplicaReport, SubjectReport } from '../core/index.js';

/**
 * A report as it goes out, in at most `maxBytes`. One that would be longer leaves out the subjects with the least load:
 * others would refuse the whole of it and take this replica for dead.
 */
export function encodeReport(report: ReplicaReport, maxBytes: number): Uint8Array {
  let encoded = encode(report);
  if (encoded.length <= maxBytes) return encoded;
  const byLoad = report.subjects.toSorted((a, b) => loadOf(b) - loadOf(a));
  while (encoded.length > maxBytes && byLoad.length > 0) {
    byLoad.length = Math.floor(byLoad.length * Math.min(0.95, maxBytes / encoded.length));
    encoded = encode({ ...report, subjects: byLoad });
  }
  return encoded;
}

function loadOf({ inflight, waiting, offered }: SubjectReport): number {
  return inflight + waiting + offered;
}

function encode(report: ReplicaReport): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(report));
}
