// `decide()` beside the two flag engines of the field, choosing among the same variants with the same weights.
import { benchOptions } from '../harness/bench-options.js';
import { bytesPerRun, timeInterleaved, type Work } from '../harness/micro.js';
import { publishReport } from '../harness/publish-report.js';
import { type Row, rowOf, type Target } from '../harness/results.js';
import {
  type DecideCase,
  decideCase,
  decideWork,
  decisionObjects,
  explainWork,
} from './beamline.js';
import { flagdWork } from './flagd.js';
import { launchDarklyWork } from './launchdarkly.js';
import { providers } from './providers.js';
import { wireWorks } from './wire.js';

const COUNTS = [2, 10, 100] as const;
const FULL = { sticky: true, breaker: true, pinned: false } as const;
const SPLIT_ONLY = { sticky: false, breaker: false, pinned: false } as const;
const ALLOCATION_RUNS = 50_000;

const fullName = (count: number): string => `decide(), ${count} providers, breakers, session`;

const TARGETS: ReadonlyMap<string, Target> = new Map([[fullName(10), { atMost: 2_000 }]]);

async function works(count: number): Promise<readonly (Work & { close?(): void })[]> {
  const variants = providers(count);
  return [
    decideWork(fullName(count), decideCase(variants, FULL)),
    decideWork(`decide(), ${count} providers, split only`, decideCase(variants, SPLIT_ONLY)),
    flagdWork(`flagd-core, ${count} variants, fractional`, variants),
    await launchDarklyWork(`LaunchDarkly, ${count} variations, rollout`, variants),
  ];
}

function allocationRows(tenProviders: DecideCase, rounds: number): Row[] {
  const work = decideWork('', tenProviders);
  const objects = decisionObjects(tenProviders);
  const all: number[] = [];
  const beyond: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const bytes = bytesPerRun(work, ALLOCATION_RUNS);
    all.push(bytes);
    beyond.push(bytes - bytesPerRun(objects, ALLOCATION_RUNS));
  }
  return [
    rowOf('decide(), 10 providers, breakers, session: allocated', 'bytes', all),
    rowOf('… of it beyond the decision itself', 'bytes', beyond, { atMost: 1 }),
  ];
}

const options = benchOptions(process.argv.slice(2));
const rounds = options.rounds * 3;
const perCount = await Promise.all(COUNTS.map(works));
const tenProviders = decideCase(providers(10), FULL);
const others = [
  decideWork(
    'decide(), 10 providers, pinned session',
    decideCase(providers(10), { ...FULL, pinned: true }),
  ),
  explainWork('explain(), 10 providers, as JSON', tenProviders),
  ...wireWorks(),
];
const nanos = await timeInterleaved([...perCount.flat(), ...others], rounds);
const rows = [...nanos].map(([name, values]) => rowOf(name, 'ns', values, TARGETS.get(name)));
publishReport('decide', [...rows, ...allocationRows(tenProviders, rounds)], options);
for (const work of perCount.flat()) work.close?.();
