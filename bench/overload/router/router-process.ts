import type { MeasuredNats } from '../../harness/nats-process.js';
import type { NodeProcess } from '../../harness/node-process.js';
import { startRouter } from '../../harness/product.js';
import type { Measured } from '../measure/plant-process.js';
import { OURS, OURS_STRICT, SHADOW } from '../workloads/contestant-names.js';
import type { PlantSetting } from '../workloads/workload.js';
import { longPolicies } from './long-policy.js';

const MODES: ReadonlyMap<string, string> = new Map([
  [OURS, 'proportional'],
  [OURS_STRICT, 'strict'],
  [SHADOW, 'shadow'],
]);

/** The built router, in one of its modes, with decisions that take a millisecond. */
export class RouterProcess implements Measured {
  isWarm = false;
  readonly target: Readonly<Record<string, string>>;

  private constructor(
    readonly contestant: string,
    private readonly server: NodeProcess,
    target: { readonly url: string; readonly subject: string },
  ) {
    this.target = target;
  }

  static async start(
    contestant: string,
    { sloMs }: PlantSetting,
    nats: MeasuredNats,
  ): Promise<RouterProcess> {
    const mode = MODES.get(contestant) ?? 'proportional';
    // Each has a subject of its own: routers of one subject share its requests.
    const subject = `bench.${mode}.decide`;
    const server = await startRouter(nats, {
      env: {
        DECIDE_SUBJECT: subject,
        POLICIES_DIR: longPolicies(),
        OVERLOAD_MODE: mode,
        OVERLOAD_SLO_MS: String(sloMs),
        LATENCY_OVERLOAD_MS: String(sloMs),
      },
    });
    return new RouterProcess(contestant, server, { url: nats.url, subject });
  }

  /** There is nothing to prepare: the router has a configuration, and its work is not slowed down. */
  order(): Promise<void> {
    return Promise.resolve();
  }

  async cpuMicros(): Promise<number> {
    return (await this.server.usage()).cpuMicros;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
