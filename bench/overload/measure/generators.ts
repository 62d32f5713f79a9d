import { NodeProcess } from '../../harness/node-process.js';
import { benchModule } from '../../harness/repo-path.js';
import type {
  CapacityOrder,
  CapacityReport,
  OpenLoopOrder,
  OpenLoopReport,
} from '../load/load-messages.js';
import type { PlantSetting } from '../workloads/workload.js';

let nextId = 0;

/** A generator in its own process: never in that of a server. */
export class Generator {
  private constructor(private readonly process: NodeProcess) {}

  static async start(transport: PlantSetting['transport'], lane: number): Promise<Generator> {
    const module = benchModule(`overload/load/overload-${transport}.load`);
    return new Generator(await NodeProcess.start({ name: `${transport} lane ${lane}`, module }));
  }

  capacity(order: Omit<CapacityOrder, 'id' | 'load'>): Promise<CapacityReport> {
    return this.#ask<CapacityReport>({ ...order, load: 'capacity' }, order.warmMs + order.windowMs);
  }

  run(order: Omit<OpenLoopOrder, 'id' | 'load'>): Promise<OpenLoopReport> {
    return this.#ask<OpenLoopReport>({ ...order, load: 'open' }, order.endMs);
  }

  stop(): Promise<void> {
    return this.process.stop();
  }

  #ask<Report extends { readonly id: number }>(order: object, workMs: number): Promise<Report> {
    nextId += 1;
    const id = nextId;
    return this.process.ask<Report>({ ...order, id }, (report) => report.id === id, workMs);
  }
}

/** Generators that are kept from workload to workload, one per lane and protocol. */
export class Generators {
  readonly #started = new Map<string, Promise<Generator>>();

  get(transport: PlantSetting['transport'], lane: number): Promise<Generator> {
    const key = `${transport} ${lane}`;
    const generator = this.#started.get(key) ?? Generator.start(transport, lane);
    this.#started.set(key, generator);
    return generator;
  }

  async stop(): Promise<void> {
    const generators = await Promise.all(this.#started.values());
    await Promise.all(generators.map((generator) => generator.stop()));
  }
}
