import { FieldReader } from './field-reader.js';
import { HISTOGRAM_BUCKETS } from './log-histogram.js';
import { OVERLOAD_STATUSES } from './overload-status.js';
import type { ReplicaReport, SparseCounts, SubjectReport } from './replica-report.js';

/** A report of a replica, or the first thing that is wrong with it. */
export type ReadReport =
  | { readonly ok: true; readonly report: ReplicaReport }
  | { readonly ok: false; readonly problem: string };

/** Longest report that is worth parsing, in bytes. */
export const MAX_REPORT_BYTES = 256 * 1_024;
const MAX_SUBJECTS = 1_000;

/**
 * Checks what came in as a report. Anybody may have sent it: nothing is believed that does not have the right type and
 * range, and nothing is kept that is not asked for. Never throws.
 */
export function readReport(value: unknown): ReadReport {
  const reader = new FieldReader();
  const fields = reader.fields('report', value);
  reader.version(fields['version']);
  const report: ReplicaReport = {
    version: 1,
    replica: reader.replica('replica', fields['replica']),
    epoch: reader.count('epoch', fields['epoch']),
    seq: reader.count('seq', fields['seq']),
    atMs: reader.amount('atMs', fields['atMs']),
    subjects: subjectsOf(reader, fields['subjects']),
  };
  const { problem } = reader;
  return problem === undefined ? { ok: true, report } : { ok: false, problem };
}

function subjectsOf(reader: FieldReader, value: unknown): SubjectReport[] {
  const seen = new Set<string>();
  const subjects: SubjectReport[] = [];
  for (const [index, element] of reader.list('subjects', value, MAX_SUBJECTS).entries()) {
    const path = `subjects[${index}]`;
    const report = subjectOf(reader, path, element);
    if (seen.has(report.subject)) {
      reader.refuse(`${path}.subject`, report.subject, 'must not come twice', undefined);
    }
    // What follows a problem is not read: it costs time, and nobody will see it.
    if (reader.problem !== undefined) return [];
    seen.add(report.subject);
    subjects.push(report);
  }
  return subjects;
}

function subjectOf(reader: FieldReader, path: string, value: unknown): SubjectReport {
  const fields = reader.fields(path, value);
  const amount = (name: string) => reader.amount(`${path}.${name}`, fields[name]);
  const count = (name: string) => reader.count(`${path}.${name}`, fields[name]);
  const status = (name: string) => reader.oneOf(`${path}.${name}`, fields[name], OVERLOAD_STATUSES);
  const { consumer, isHeld } = fields;
  return {
    subject: reader.subject(`${path}.subject`, fields['subject']),
    inflight: count('inflight'),
    waiting: count('waiting'),
    latencies: latenciesOf(reader, `${path}.latencies`, fields['latencies']),
    deliveredPerSecond: amount('deliveredPerSecond'),
    serviceMs: amount('serviceMs'),
    queueMs: amount('queueMs'),
    predictedWaitMs: amount('predictedWaitMs'),
    offered: count('offered'),
    refused: count('refused'),
    effectiveStatus: status('effectiveStatus'),
    // A replica of an older version does not tell: it takes what it delivers, as far as is known.
    takesPerSecond: amount(
      fields['takesPerSecond'] === undefined ? 'deliveredPerSecond' : 'takesPerSecond',
    ),
    isRefusing: reader.flag(`${path}.isRefusing`, fields['isRefusing'], false),
    ...(consumer === undefined ? {} : { consumer: consumerOf(reader, path, consumer) }),
    status: status('status'),
    statusSinceMs: amount('statusSinceMs'),
    ...(isHeld === undefined ? {} : { isHeld: reader.flag(`${path}.isHeld`, isHeld, false) }),
  };
}

function consumerOf(
  reader: FieldReader,
  path: string,
  value: unknown,
): NonNullable<SubjectReport['consumer']> {
  const fields = reader.fields(`${path}.consumer`, value);
  return {
    pending: reader.count(`${path}.consumer.pending`, fields['pending']),
    ackPending: reader.count(`${path}.consumer.ackPending`, fields['ackPending']),
    atMs: reader.amount(`${path}.consumer.atMs`, fields['atMs']),
  };
}

/** Pairs of bucket and count. Buckets rise, so that none comes twice and there are no more pairs than buckets. */
function latenciesOf(reader: FieldReader, path: string, value: unknown): SparseCounts {
  const elements = reader.list(path, value, 2 * HISTOGRAM_BUCKETS);
  if (elements.length % 2 !== 0) {
    return reader.refuse(path, elements.length, 'must be pairs of bucket and count', []);
  }
  const pairs = elements.map((element, index) => reader.count(`${path}[${index}]`, element));
  const buckets = pairs.filter((_, index) => index % 2 === 0);
  const disorder = buckets.findIndex(
    (bucket, index) => bucket >= HISTOGRAM_BUCKETS || bucket <= (buckets[index - 1] ?? -1),
  );
  if (disorder < 0) return pairs;
  const rule = `must be above the bucket before it and below ${HISTOGRAM_BUCKETS}`;
  return reader.refuse(`${path}[${2 * disorder}]`, buckets[disorder], rule, []);
}
