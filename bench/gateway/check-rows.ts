import { GatewayAdmission, type RouterLoad } from '@beamline/gateway-adapter/core';
import { timeInterleaved, type Work } from '../harness/micro.js';
import { type Row, rowOf, type Target } from '../harness/results.js';
import { quantile } from '../harness/statistics.js';

const MEDIAN_NS: Target = { atMost: 2_000 };
const SINGLES = 100_000;

/** A check that is timed in batches and alone. */
interface CheckCase extends Work {
  once(): boolean;
}

const REQUEST = { criticality: 'default' } as const;

/** What a router pushes that takes so many requests per second; `null`: as many as come. */
const loadWith = (credit: number | null, seq: number): RouterLoad => ({
  subject: 'bench',
  status: 'inactive',
  effectiveStatus: credit === null ? 'inactive' : 'active',
  retryAfterMs: 0,
  credit,
  epoch: 1,
  seq,
  ttlMs: 3_600_000,
  atMs: 0,
});

function caseOf(name: string, admission: GatewayAdmission): CheckCase {
  const once = (): boolean => {
    const { admitted } = admission.admit(REQUEST, performance.now());
    if (admitted) admission.settle('accepted', performance.now());
    return admitted;
  };
  const run = (times: number): number => {
    let admitted = 0;
    for (let n = 0; n < times; n += 1) if (once()) admitted += 1;
    return admitted;
  };
  return { name, once, run };
}

function told(credit: number | null): GatewayAdmission {
  const admission = new GatewayAdmission({}, Math.random);
  admission.hear(loadWith(credit, 1), performance.now());
  return admission;
}

/** What a gateway meets: a calm router, one that takes more than comes, and one that takes next to nothing. */
const checkCases = (): CheckCase[] => [
  caseOf('a check, let through and answered, calm router', told(null)),
  caseOf('a check, let through and answered, within the credit', told(1e9)),
  caseOf('a check, held back', told(1)),
];

/** Nanoseconds of single checks, the clock's own two readings included. */
function singles(each: CheckCase): Float64Array {
  const nanos = new Float64Array(SINGLES);
  for (let n = 0; n < SINGLES; n += 1) {
    const start = process.hrtime.bigint();
    each.once();
    nanos[n] = Number(process.hrtime.bigint() - start);
  }
  return nanos;
}

function singleRows(each: CheckCase, rounds: number): Row[] {
  const series = Array.from({ length: rounds }, () => singles(each));
  const at = (q: number): number[] => series.map((nanos) => quantile(nanos, q));
  return [
    rowOf(`${each.name}, median`, 'ns', at(0.5), MEDIAN_NS),
    rowOf(`${each.name}, p99`, 'ns', at(0.99)),
  ];
}

/** What it costs a gateway to ask its admission, and to tell it of the answer. Needs `--expose-gc`. */
export async function checkRows(rounds: number): Promise<Row[]> {
  const cases = checkCases();
  const batches = await timeInterleaved(cases, rounds * 3);
  const inBatches = cases.map(({ name }) =>
    rowOf(`${name}, in batches`, 'ns', batches.get(name) ?? []),
  );
  return [...cases.flatMap((each) => singleRows(each, rounds)), ...inBatches];
}
