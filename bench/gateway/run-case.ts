import { setTimeout as sleep } from 'node:timers/promises';
import { type MeasuredNats, startNats } from '../harness/nats-process.js';
import { NodeProcess } from '../harness/node-process.js';
import { benchModule } from '../harness/repo-path.js';
import type { CapacityReport, LoadOrder, OpenLoopReport } from '../overload/load/load-messages.js';
import { planArrivals, stretched } from '../overload/measure/plan-run.js';
import type { RunResult } from '../overload/measure/run-result.js';
import { RouterProcess } from '../overload/router/router-process.js';
import { lengthMs, placed } from '../overload/workloads/phase.js';
import type { Variant } from '../overload/workloads/workload.js';
import type { GatewayCase } from './cases.js';
import { GATEWAY_SHARES } from './ways.js';

/** Times that a run is repeated whose generator was late. */
const MAX_REPEATS = 3;
/** Beyond this lag of the generator a run is void, in milliseconds (p99). */
const MAX_LAG_MS = 5;
/** Until the router and its gateways have forgotten the run before, in milliseconds. */
const CALM_MS = 4_000;
const HEAD_START_MS = 400;
const CAPACITY = { inFlight: 16, warmMs: 500, windowMs: 1_500, mayFail: true } as const;

/** It decides in microseconds: what it runs out of is its own processor. */
const ROUTER = {
  transport: 'router',
  backend: { kind: 'cpu', slots: 1, meanMs: 0.1, sigma: 0 },
} as const;

type OrderBody<Order> = Order extends LoadOrder ? Omit<Order, 'id'> : never;

const CLASSES = [
  { name: 'critical', share: 10 },
  { name: 'default', share: 60 },
  { name: 'sheddable', share: 30 },
] as const;

/** What is measured, and how. */
export interface CaseRun {
  readonly seed: number;
  readonly scale: number;
  readonly sloMs: number;
}

/** The router, and the generator that sends to it through gateways. */
export class GatewayBed {
  #nextId = 0;

  private constructor(
    private readonly nats: MeasuredNats,
    private readonly router: RouterProcess,
    private readonly generator: NodeProcess,
  ) {}

  /** @param contestant How the router works: ours, or ours by the letter of the contract. */
  static async start(contestant: string, sloMs: number): Promise<GatewayBed> {
    const nats = await startNats();
    const router = await RouterProcess.start(contestant, { ...ROUTER, sloMs }, nats);
    const module = benchModule('gateway/gateway-router.load');
    const generator = await NodeProcess.start({ name: `gateways of ${contestant}`, module });
    return new GatewayBed(nats, router, generator);
  }

  async stop(): Promise<void> {
    await this.generator.stop();
    await this.router.stop();
    await this.nats.stop();
  }

  /**
   * One run of a case, after the router has become calm; `undefined` when the generator could not keep its plan.
   * @throws Error when a request was answered neither by a decision nor by a refusal
   */
  async run(one: GatewayCase, order: CaseRun): Promise<RunResult | undefined> {
    for (let attempt = 0; attempt <= MAX_REPEATS; attempt += 1) {
      const { lagP99Ms, result } = await this.#runOnce(one, order);
      console.error(`  ${one.way} ${one.load}x, generator lag ${lagP99Ms.toFixed(1)} ms`);
      if (lagP99Ms <= MAX_LAG_MS || order.scale < 1) return result;
    }
    return undefined;
  }

  async #runOnce(
    one: GatewayCase,
    { seed, scale, sloMs }: CaseRun,
  ): Promise<{ readonly lagP99Ms: number; readonly result: RunResult }> {
    const alone = { ...this.router.target, way: 'none' };
    const { perSecond } = await this.#ask<CapacityReport>({
      load: 'capacity',
      target: alone,
      ...CAPACITY,
    });
    await sleep(CALM_MS);
    const phases = stretched(one.phases, scale);
    const arrivals = planArrivals(variantOf(one), phases, {
      capacityPerSecond: perSecond,
      seed,
      tracePath: undefined,
    });
    const cpu = await this.router.cpuMicros();
    const report = await this.#ask<OpenLoopReport>({
      load: 'open',
      target: { ...this.router.target, way: one.way },
      startAtMs: Date.now() + HEAD_START_MS,
      arrivals,
      classes: CLASSES.map(({ name }) => name),
      callers: { retries: 0, impatient: 0 },
      endMs: lengthMs(phases) + sloMs,
    });
    if (report.firstFailure !== undefined) {
      throw new Error(`${one.way} answered neither yes nor no: ${report.firstFailure}`);
    }
    const result = {
      phases: placed(phases),
      arrivals,
      attempts: report.attempts,
      capacityPerSecond: perSecond,
      sloMs,
      serverCpuMicros: (await this.router.cpuMicros()) - cpu,
    };
    return { lagP99Ms: report.lagP99Ms, result };
  }

  #ask<Report extends { readonly id: number }>(order: OrderBody<LoadOrder>): Promise<Report> {
    this.#nextId += 1;
    const id = this.#nextId;
    const workMs = order.load === 'open' ? order.endMs : order.warmMs + order.windowMs;
    return this.generator.ask<Report>({ ...order, id }, (report) => report.id === id, workMs);
  }
}

/** The plan deals requests to tenants: here these are the gateways. */
const variantOf = ({ way, load, phases }: GatewayCase): Variant => ({
  name: `${way} ${load}x`,
  phases,
  figures: [],
  classes: CLASSES,
  tenants: GATEWAY_SHARES,
});
