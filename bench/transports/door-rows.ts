import { NAMES } from '../harness/contestants.js';
import type { LoadSample } from '../harness/load-generator.js';
import { type Row, rowOf, type Target } from '../harness/results.js';
import { ratios } from '../harness/statistics.js';

/** Samples of every contestant of one door, in the order of the rounds. */
export type DoorSamples = ReadonlyMap<string, readonly LoadSample[]>;

/** What the product shall reach, as a share of the others' throughput in the same round. */
export interface DoorTargets {
  readonly ofBare?: Target;
  readonly ofParsing?: Target;
  readonly ofIdiomatic?: Target;
}

const FIGURES = [
  { figure: 'throughput', unit: 'req/s', of: (s: LoadSample) => s.requestsPerSecond },
  { figure: 'p50', unit: 'ms', of: (s: LoadSample) => s.p50Ms },
  { figure: 'p99', unit: 'ms', of: (s: LoadSample) => s.p99Ms },
  { figure: 'server CPU', unit: 'us/request', of: (s: LoadSample) => s.serverMicros },
] as const;

/** The rows of one door: each figure of each contestant, then the product's share of the others. */
export function doorRows(door: string, samples: DoorSamples, targets: DoorTargets): Row[] {
  const figures = FIGURES.flatMap(({ figure, unit, of }) =>
    [...samples].map(([name, rounds]) => rowOf(`${door} ${figure}: ${name}`, unit, rounds.map(of))),
  );
  return [...figures, ...shareRows(door, samples, targets)];
}

function shareRows(door: string, samples: DoorSamples, targets: DoorTargets): Row[] {
  const throughputs = (name: string): readonly number[] =>
    (samples.get(name) ?? []).map(({ requestsPerSecond }) => requestsPerSecond);
  const others = [...samples.keys()].filter((name) => name !== NAMES.product);
  return others.map((name) => {
    const share = ratios(throughputs(NAMES.product), throughputs(name));
    return rowOf(
      `${door} throughput: ${NAMES.product} / ${name}`,
      'x',
      share,
      targetOf(name, targets),
    );
  });
}

function targetOf(
  name: string,
  { ofBare, ofParsing, ofIdiomatic }: DoorTargets,
): Target | undefined {
  if (name === NAMES.bare || name === NAMES.worker) return ofBare;
  if (name === NAMES.parsing) return ofParsing;
  return name === NAMES.idiomatic ? ofIdiomatic : undefined;
}
