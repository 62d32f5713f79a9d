import type { LoadOptions } from '../load/closed-loop.js';
import type { LoadReport } from '../load/serve-load.js';
import type { MeasuredNats } from './nats-process.js';
import { NodeProcess } from './node-process.js';
import { benchModule } from './repo-path.js';

/** One window of load on one contender. */
export interface LoadSample {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU of all processes of the contender per request, in microseconds. */
  readonly serverMicros: number;
  readonly natsMicros: number;
  readonly clientMicros: number;
}

/** What is put under load. */
export interface LoadTarget {
  readonly name: string;
  /** What the generator connects to. */
  readonly target: Readonly<Record<string, string>>;
  /** Its processes, whose CPU is counted. */
  readonly servers: readonly NodeProcess[];
}

/** A process that puts load on servers. */
export class LoadGenerator {
  #nextId = 0;

  private constructor(
    private readonly generator: NodeProcess,
    private readonly nats: MeasuredNats,
  ) {}

  /** @param protocol One of the modules `bench/load/<protocol>.load.ts`. */
  static async start(protocol: string, nats: MeasuredNats): Promise<LoadGenerator> {
    const module = benchModule(`load/${protocol}.load`);
    return new LoadGenerator(await NodeProcess.start({ name: `${protocol} load`, module }), nats);
  }

  /**
   * One window of load.
   * @throws Error when a single answer was wrong or missing: a figure with failures is not a figure.
   */
  async measure(
    { name, target, servers }: LoadTarget,
    { inFlight, windowMs }: LoadOptions,
  ): Promise<LoadSample> {
    const cpu = await this.#cpu(servers);
    this.#nextId += 1;
    const id = this.#nextId;
    const order = { load: 'run', id, target, inFlight, windowMs };
    const report = await this.generator.ask<LoadReport>(order, (answer) => answer.id === id);
    const used = await this.#cpu(servers);
    if (report.failures > 0 || report.requests === 0) {
      throw new Error(`${name}: ${report.failures} failures, ${report.requests} answers`);
    }
    const perRequest = (micros: number): number => micros / (report.requests + inFlight);
    return {
      requestsPerSecond: report.requests / report.seconds,
      p50Ms: report.p50Ms,
      p99Ms: report.p99Ms,
      serverMicros: perRequest(used.servers - cpu.servers),
      natsMicros: perRequest(used.nats - cpu.nats),
      clientMicros: perRequest(report.clientCpuMicros),
    };
  }

  stop(): Promise<void> {
    return this.generator.stop();
  }

  async #cpu(servers: readonly NodeProcess[]): Promise<{ servers: number; nats: number }> {
    const usages = await Promise.all(servers.map((server) => server.usage()));
    const sum = usages.reduce((total, { cpuMicros }) => total + cpuMicros, 0);
    return { servers: sum, nats: this.nats.cpuMicros() };
  }
}
