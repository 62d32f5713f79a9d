import type { GateSettings } from '../gates/gate.js';
import type { Arrivals } from '../workloads/arrivals.js';
import { lengthMs, placed, type Phase, type PlacedPhase } from '../workloads/phase.js';
import type { PlantSetting, Variant } from '../workloads/workload.js';
import { PLANT } from '../workloads/plant-setting.js';
import type { Generator } from './generators.js';
import { planArrivals } from './plan-run.js';
import type { Measured } from './plant-process.js';
import type { RunResult } from './run-result.js';

/** A contestant's server, and the generator that puts load on it. */
export interface Lane {
  readonly plant: Measured;
  readonly generator: Generator;
}

/** What a lane is measured with. */
export interface LaneRun {
  readonly variant: Variant;
  readonly setting: PlantSetting;
  readonly phases: readonly Phase[];
  readonly seed: number;
  readonly tracePath: string | undefined;
  /** Whether its figures are nobody's business. */
  readonly isSmoke: boolean;
}

/** A run, and whether the generator kept its plan. */
export interface LaneResult {
  readonly contestant: string;
  readonly lagP99Ms: number;
  readonly run: RunResult;
}

/** Time that lanes get to take their orders, so that all start at the same moment. */
const HEAD_START_MS = 400;

/** Time of the capacity's measurement: until all slots are busy, and counted. */
const CAPACITY_MS = { warmMs: 300, windowMs: 1_000 };
/** Few slots need longer: the mean of so many pieces of work is within 4 % of that of all (one standard error). */
const CAPACITY_COUNT = 300;
const QUICK_CAPACITY_MS = { warmMs: 200, windowMs: 400 };

/** The same for a process that has just started: until its code is compiled. */
const FIRST_WARM_MS = 1_000;

async function capacityOf(
  { plant, generator }: Lane,
  { setting: { backend }, variant, isSmoke }: LaneRun,
): Promise<number> {
  const isCpu = backend.kind === 'cpu';
  const countMs = isCpu ? 0 : (CAPACITY_COUNT * backend.meanMs) / backend.slots;
  const windowMs = Math.max(CAPACITY_MS.windowMs, countMs);
  const { perSecond } = await generator.capacity({
    target: plant.target,
    mayFail: variant.mayFail === true,
    inFlight: isCpu ? 16 : backend.slots * 3,
    ...(isSmoke ? QUICK_CAPACITY_MS : { ...CAPACITY_MS, windowMs }),
    ...(plant.isWarm ? {} : { warmMs: FIRST_WARM_MS }),
  });
  plant.isWarm = true;
  if (perSecond < 1) throw new Error(`${plant.contestant} delivers ${perSecond} per second`);
  return perSecond;
}

const slowdowns = (phases: readonly PlacedPhase[]): { atMs: number; factor: number }[] =>
  phases.map(({ fromMs, slowdown }) => ({ atMs: fromMs, factor: slowdown ?? 1 }));

/** What is known when a lane starts. */
interface LanePlan {
  readonly capacityPerSecond: number;
  readonly arrivals: Arrivals;
  /** Wall clock, Unix milliseconds. */
  readonly startAtMs: number;
}

async function runLane(
  lane: Lane,
  { variant, setting, phases }: LaneRun,
  { capacityPerSecond, arrivals, startAtMs }: LanePlan,
): Promise<LaneResult> {
  const { plant, generator } = lane;
  const places = placed(phases);
  const slowed = plant.order({ plant: 'slow', startAtMs, changes: slowdowns(places) });
  const cpu = plant.cpuMicros();
  const report = await generator.run({
    target: plant.target,
    startAtMs,
    arrivals,
    classes: (variant.classes ?? []).map(({ name }) => name),
    callers: variant.callers ?? { retries: 0, impatient: 0 },
    endMs: lengthMs(phases) + Math.min(1_000, setting.sloMs),
  });
  await slowed;
  const serverCpuMicros = (await plant.cpuMicros()) - (await cpu);
  if (report.firstFailure !== undefined && variant.mayFail !== true) {
    throw new Error(`${plant.contestant} answered neither yes nor no: ${report.firstFailure}`);
  }
  const { attempts } = report;
  const { sloMs } = setting;
  return {
    contestant: plant.contestant,
    lagP99Ms: report.lagP99Ms,
    run: { phases: places, arrivals, attempts, capacityPerSecond, sloMs, serverCpuMicros },
  };
}

/** Runs several contestants side by side: the same load at the same time, each with a plant and a generator of its own. */
export async function runLanes(lanes: readonly Lane[], order: LaneRun): Promise<LaneResult[]> {
  await Promise.all(lanes.map(({ plant }) => plant.order({ plant: 'reset' })));
  const capacities = await Promise.all(lanes.map((lane) => capacityOf(lane, order)));
  await Promise.all(
    lanes.map(({ plant }, number) =>
      plant.order({ plant: 'prepare', settings: knownOf(order, capacities[number] ?? 0) }),
    ),
  );
  const { variant, phases, seed, tracePath } = order;
  const plans = capacities.map((capacityPerSecond) => ({
    capacityPerSecond,
    arrivals: planArrivals(variant, phases, { capacityPerSecond, seed, tracePath }),
  }));
  const startAtMs = Date.now() + HEAD_START_MS;
  const runs = plans.map((plan, number) => {
    const lane = lanes[number];
    if (lane === undefined) throw new Error(`no lane ${number}`);
    return runLane(lane, order, { ...plan, startAtMs });
  });
  return Promise.all(runs);
}

/**
 * What an operator knows of the plant: what was just measured; or, where the plant is not the one that was tuned for, what was
 * measured of that one.
 */
function knownOf({ variant, setting }: LaneRun, measured: number): GateSettings {
  const { backend, sloMs } = variant.cold === true ? PLANT : setting;
  const capacityPerSecond =
    variant.cold === true ? (backend.slots * 1_000) / backend.meanMs : measured;
  return { slots: backend.slots, serviceMs: backend.meanMs, sloMs, capacityPerSecond };
}
