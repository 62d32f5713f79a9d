// What admission costs: a request let in and answered, a request refused, and the memory of tenants and subjects.
import { benchOptions } from '../harness/bench-options.js';
import { timeInterleaved } from '../harness/micro.js';
import { publishReport } from '../harness/publish-report.js';
import { type Row, rowOf, type Target } from '../harness/results.js';
import { quantile } from '../harness/statistics.js';
import { bytesEach } from '../memory/heap.js';
import { type AdmissionCase, admissionCases, aSubject, tenantRequest } from './cases.js';

const MEDIAN_NS: Target = { atMost: 1_000 };
const P99_NS: Target = { atMost: 5_000 };
const BYTES: Target = { atMost: 1_024 };
const SINGLES = 100_000;
const TENANTS = 8_000;
const SUBJECTS = 2_000;

/** Nanoseconds of single decisions, the clock's own two readings included. */
function singles(each: AdmissionCase): Float64Array {
  const nanos = new Float64Array(SINGLES);
  for (let n = 0; n < SINGLES; n += 1) {
    const start = process.hrtime.bigint();
    each.once(n);
    nanos[n] = Number(process.hrtime.bigint() - start);
  }
  return nanos;
}

function singleRows(each: AdmissionCase, rounds: number): Row[] {
  const series = Array.from({ length: rounds }, () => singles(each));
  const at = (q: number): number[] => series.map((nanos) => quantile(nanos, q));
  return [
    rowOf(`${each.name}, single, median`, 'ns', at(0.5), MEDIAN_NS),
    rowOf(`${each.name}, single, p99`, 'ns', at(0.99), P99_NS),
  ];
}

async function memoryRows(): Promise<Row[]> {
  const tenants = await bytesEach(TENANTS, () => {
    const admission = aSubject();
    for (let n = 0; n < TENANTS; n += 1) admission.admit(tenantRequest(n));
    return admission;
  });
  const subjects = await bytesEach(SUBJECTS, () => Array.from({ length: SUBJECTS }, aSubject));
  if (tenants.held.view().backlog + subjects.held.length === 0) throw new Error('nothing was held');
  return [
    rowOf(`a tenant, with a request in hand (${TENANTS} tenants)`, 'bytes', [tenants.bytes], BYTES),
    rowOf('admission of a subject, before its first request', 'bytes', [subjects.bytes]),
  ];
}

const options = benchOptions(process.argv.slice(2));
const cases = admissionCases();
const batches = await timeInterleaved(cases, options.rounds * 3);
const batchRows = cases.map(({ name }) =>
  rowOf(`${name}, in batches`, 'ns', batches.get(name) ?? []),
);
const singleRounds = Math.min(options.rounds, 7);
const rows = cases.flatMap((each) => singleRows(each, singleRounds));
publishReport('admission', [...rows, ...batchRows, ...(await memoryRows())], options);
