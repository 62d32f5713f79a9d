import type { MeasuredNats } from '../../harness/nats-process.js';
import { NodeProcess } from '../../harness/node-process.js';
import { benchModule } from '../../harness/repo-path.js';
import type { PlantAnswer, PlantOptions, PlantOrder } from '../plant/plant-messages.js';

type OrderBody<Order> = Order extends PlantOrder ? Omit<Order, 'id'> : never;

let nextPlant = 0;
let nextId = 0;

/** Something that load is put on. */
export interface Measured {
  readonly contestant: string;
  /** What a generator connects to. */
  readonly target: Readonly<Record<string, string>>;
  /** Whether its code has run often enough to be compiled. */
  isWarm: boolean;
  /** Tells it something and waits until it is done. */
  order(order: OrderBody<PlantOrder>): Promise<void>;
  /** Processor time it has used so far. */
  cpuMicros(): Promise<number>;
  stop(): Promise<void>;
}

/** A plant in its own process. */
export class PlantProcess implements Measured {
  isWarm = false;

  private constructor(
    readonly contestant: string,
    private readonly server: NodeProcess,
  ) {}

  static async start(
    options: Omit<PlantOptions, 'subject' | 'seed'>,
    nats: MeasuredNats,
  ): Promise<PlantProcess> {
    nextPlant += 1;
    const plant: PlantOptions = {
      ...options,
      subject: `bench.plant-${nextPlant}`,
      seed: nextPlant,
    };
    const server = await NodeProcess.start({
      name: `plant ${nextPlant}`,
      module: benchModule('overload/plant/plant-app'),
      env: { NATS_URL: nats.url, PLANT: JSON.stringify(plant) },
    });
    return new PlantProcess(options.contestant, server);
  }

  get target(): Readonly<Record<string, string>> {
    return this.server.addresses;
  }

  async order(order: OrderBody<PlantOrder>): Promise<void> {
    nextId += 1;
    const id = nextId;
    await this.server.ask<PlantAnswer>({ ...order, id }, (answer) => answer.id === id);
  }

  async cpuMicros(): Promise<number> {
    return (await this.server.usage()).cpuMicros;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
