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

/** What the router pushed last: what is refused teaches a gateway the rest. */
const CALM: RouterLoad = {
  subject: 'bench',
  status: 'inactive',
  effectiveStatus: 'inactive',
  retryAfterMs: 0,
  credit: undefined,
  epoch: 1,
  seq: 1,
  ttlMs: 60_000,
  atMs: 0,
};

/** Asks, and tells how it ended: a router behind it takes so many per millisecond, and refuses the others. */
class Checking {
  readonly #admission = new GatewayAdmission({}, Math.random);
  #millisecond = 0;
  #left = 0;

  constructor(private readonly takenPerMs: number) {
    this.#admission.hear(CALM, performance.now());
  }

  /** Whether it sends no more than the router takes. */
  get isLimited(): boolean {
    return this.#admission.view(performance.now()).limitPerSecond !== undefined;
  }

  once(): boolean {
    const nowMs = performance.now();
    const { admitted } = this.#admission.admit(REQUEST, nowMs);
    if (!admitted) return false;
    this.#admission.settle(this.#takes(nowMs) ? 'accepted' : 'refused', performance.now());
    return true;
  }

  #takes(nowMs: number): boolean {
    const millisecond = Math.floor(nowMs);
    if (millisecond !== this.#millisecond) this.#left = this.takenPerMs;
    this.#millisecond = millisecond;
    this.#left -= 1;
    return this.#left >= 0;
  }
}

/** Long enough to learn what the router takes: slices of a quarter of a second tell it. */
const WARM_UP_MS = 1_500;

/** @throws Error when the gateway is not in the state that the case is about. */
function caseOf(name: string, takenPerMs: number): CheckCase {
  const checking = new Checking(takenPerMs);
  const endMs = performance.now() + WARM_UP_MS;
  while (performance.now() < endMs) checking.once();
  if (checking.isLimited !== takenPerMs < Infinity) throw new Error(`${name}: it is not so`);
  const run = (times: number): number => {
    let admitted = 0;
    for (let n = 0; n < times; n += 1) if (checking.once()) admitted += 1;
    return admitted;
  };
  return { name, once: () => checking.once(), run };
}

/** What a gateway meets. */
const checkCases = (): CheckCase[] => [
  caseOf('a check, all let through and answered', Infinity),
  caseOf('a check, some let through, some held back', 1_000),
  caseOf('a check, nearly all held back', 10),
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
