import type { MeasuredNats } from '../../harness/nats-process.js';
import type { OverloadOptions } from '../options.js';
import { RouterProcess } from '../router/router-process.js';
import type { PlantSetting, Variant, Workload } from '../workloads/workload.js';
import { PLANT } from '../workloads/plant-setting.js';
import { Generators } from './generators.js';
import { stretched } from './plan-run.js';
import { type Measured, PlantProcess } from './plant-process.js';
import { type Lane, type LaneResult, type LaneRun, runLanes } from './run-lanes.js';
import type { RunResult } from './run-result.js';

/** Runs of every contestant of one variant, and how many had to be thrown away. */
export interface VariantResult {
  readonly variant: Variant;
  readonly runs: ReadonlyMap<string, readonly RunResult[]>;
  readonly voidRuns: number;
  /** Contestants whose generator never kept its plan in one of the runs. */
  readonly gaveUp: readonly string[];
}

/** Beyond this lag of the generator a run is void, in milliseconds (p99). */
export const MAX_LAG_MS = 5;
/** Times that a void run is repeated. */
const MAX_REPEATS = 3;
/** Requests per second that two cores carry, everything counted, before contestants feel one another; per transport. */
const LANE_BUDGET = { nats: 1_600, grpc: 2_500, http: 2_500, router: 1 } as const;
const MAX_LANES = 5;

/** Processes of a bench: plants by contestant and setting, generators by lane. */
export class Plants {
  readonly #plants = new Map<string, Promise<Measured>>();
  readonly generators = new Generators();

  constructor(private readonly nats: MeasuredNats) {}

  /** The plant of a contestant; `isNew`: not the one that was used before. */
  async get(contestant: string, setting: PlantSetting, isNew: boolean): Promise<Measured> {
    const key = JSON.stringify([contestant, setting]);
    const before = this.#plants.get(key);
    if (before !== undefined && !isNew) return before;
    await (await before)?.stop();
    const plant = this.#start(contestant, setting);
    this.#plants.set(key, plant);
    return plant;
  }

  #start(contestant: string, setting: PlantSetting): Promise<Measured> {
    const { transport, ...rest } = setting;
    return transport === 'router'
      ? RouterProcess.start(contestant, setting, this.nats)
      : PlantProcess.start({ contestant, transport, ...rest }, this.nats);
  }

  /** Ends the plants, so that idle ones do not take the processor's time. */
  async stopPlants(): Promise<void> {
    const plants = await Promise.all(this.#plants.values());
    this.#plants.clear();
    await Promise.all(plants.map((plant) => plant.stop()));
  }

  async stop(): Promise<void> {
    await this.stopPlants();
    await this.generators.stop();
  }
}

function lanesOf({ phases }: Variant, { backend, transport }: PlantSetting): number {
  if (backend.kind === 'cpu') return 1;
  const capacity = (backend.slots * 1_000) / backend.meanMs;
  const peak = Math.max(...phases.map(({ load }) => load)) * capacity;
  return Math.max(1, Math.min(MAX_LANES, Math.floor(LANE_BUDGET[transport] / peak)));
}

/** Measures every contestant of one variant. */
class VariantMeasurement {
  readonly #names: readonly string[];
  readonly #runs: Map<string, RunResult[]>;
  readonly #gaveUp = new Set<string>();
  #voidRuns = 0;
  /** Side by side in this round, and at most. */
  #lanes = 1;
  #most = 1;

  constructor(
    private readonly plants: Plants,
    workload: Workload,
    private readonly variant: Variant,
  ) {
    this.#names = variant.contestants ?? workload.contestants;
    this.#runs = new Map(this.#names.map((name) => [name, []]));
  }

  async measure(options: OverloadOptions): Promise<VariantResult> {
    const { variant } = this;
    const setting = { ...PLANT, ...variant.plant };
    const phases = stretched(variant.phases, options.scale);
    this.#most = lanesOf(variant, setting);
    const { tracePath, isSmoke } = options;
    const orderOf = (round: number): LaneRun => {
      return { variant, setting, phases, seed: 1_000 + round, tracePath, isSmoke };
    };
    if (variant.cold !== true && !isSmoke) await this.#warmUp(orderOf(options.runs));
    for (let round = 0; round < options.runs; round += 1) {
      // The order of the contestants changes from round to round, so that nobody always has the same neighbours.
      const names = this.#names;
      const turned = names.map((_, n) => names[(n + round * 3) % names.length] ?? '');
      await this.#runRound(turned, orderOf(round));
    }
    return { variant, runs: this.#runs, voidRuns: this.#voidRuns, gaveUp: [...this.#gaveUp] };
  }

  /** A round that counts for nobody: what a process does for the first time takes longer. */
  async #warmUp(order: LaneRun): Promise<void> {
    for (let first = 0; first < this.#names.length; first += this.#most) {
      await this.#runOnce(this.#names.slice(first, first + this.#most), order);
    }
  }

  async #runRound(contestants: readonly string[], order: LaneRun): Promise<void> {
    let left = contestants;
    // A disturbance of one round says nothing about the next.
    this.#lanes = this.#most;
    for (let attempt = 0; attempt <= MAX_REPEATS && left.length > 0; attempt += 1) {
      const failed: string[] = [];
      for (let first = 0; first < left.length;) {
        const group = left.slice(first, first + this.#lanes);
        first += group.length;
        failed.push(...(await this.#runGroup(group, order)));
      }
      left = failed;
    }
    for (const contestant of left) this.#gaveUp.add(contestant);
  }

  /** @returns those whose run was void. */
  async #runGroup(group: readonly string[], order: LaneRun): Promise<readonly string[]> {
    const results = await this.#runOnce(group, order);
    this.#say(results);
    const isVoid = (result: LaneResult): boolean => !this.#keep(result, order);
    const failed = results.filter(isVoid).map(({ contestant }) => contestant);
    this.#voidRuns += failed.length;
    // So many side by side were too many just now.
    if (failed.length * 2 > group.length) this.#lanes = Math.max(1, Math.floor(group.length / 2));
    return failed;
  }

  async #runOnce(contestants: readonly string[], order: LaneRun): Promise<LaneResult[]> {
    const { setting, variant } = order;
    const lanes: Lane[] = await Promise.all(
      contestants.map(async (contestant, lane) => ({
        plant: await this.plants.get(contestant, setting, variant.cold === true),
        generator: await this.plants.generators.get(setting.transport, lane),
      })),
    );
    return runLanes(lanes, order);
  }

  /** One line per batch, so that a long bench is seen to move. */
  #say(results: readonly LaneResult[]): void {
    const lanes = results.map(({ contestant, lagP99Ms }) => `${contestant} ${lagP99Ms.toFixed(1)}`);
    console.error(`  ${this.variant.name}, generator lag in ms: ${lanes.join(', ')}`);
  }

  #keep({ contestant, lagP99Ms, run }: LaneResult, { isSmoke }: LaneRun): boolean {
    // A smoke test looks at no figure, so a void run will do.
    if (lagP99Ms > MAX_LAG_MS && !isSmoke) return false;
    this.#runs.get(contestant)?.push(run);
    return true;
  }
}

/** Measures a workload, variant after variant. */
export async function* measureWorkload(
  workload: Workload,
  plants: Plants,
  options: OverloadOptions,
): AsyncGenerator<VariantResult> {
  for (const variant of workload.variants) {
    yield await new VariantMeasurement(plants, workload, variant).measure(options);
  }
}
