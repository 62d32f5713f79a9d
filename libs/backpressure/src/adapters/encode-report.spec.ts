import fc from 'fast-check';
import type { ReplicaReport, SubjectReport } from '../core/index.js';
import { encodeReport } from './encode-report.js';

const read = (bytes: Uint8Array): ReplicaReport => JSON.parse(Buffer.from(bytes).toString());

it('says everything where there is room for it', () => {
  const report = aReport([aSubject('a', 1), aSubject('b', 0)]);

  expect(read(encodeReport(report, 10_000))).toEqual(report);
});

it('leaves out the subjects with the least load where there is not', () => {
  const idle = Array.from({ length: 50 }, (_, n) => aSubject(`idle-${n}`, 0));
  const report = aReport([...idle, aSubject('busy', 7), ...idle.slice(1)]);

  const { subjects } = read(encodeReport(report, 3_000));

  expect(subjects[0]?.subject).toBe('busy');
  expect(subjects.length).toBeGreaterThan(1);
});

it('never exceeds its bound by more than a report without subjects', () => {
  const loads = fc.array(fc.nat({ max: 1_000 }), { maxLength: 80 });
  fc.assert(
    fc.property(loads, fc.integer({ min: 100, max: 20_000 }), (inflights, maxBytes) => {
      const report = aReport(inflights.map((inflight, n) => aSubject(`subject-${n}`, inflight)));
      const least = encodeReport(aReport([]), 0).length;

      expect(encodeReport(report, maxBytes).length).toBeLessThanOrEqual(Math.max(maxBytes, least));
    }),
  );
});

function aReport(subjects: readonly SubjectReport[]): ReplicaReport {
  return { version: 1, replica: 'r', epoch: 1, seq: 1, atMs: 1, subjects };
}

function aSubject(subject: string, inflight: number): SubjectReport {
  return {
    subject,
    inflight,
    waiting: 0,
    latencies: [1, 2],
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
  };
}
