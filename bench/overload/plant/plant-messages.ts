import type { GateSettings } from '../gates/gate.js';

/** How a plant is built; handed over as JSON in the variable `PLANT`. */
export interface PlantOptions {
  readonly transport: Transport;
  readonly contestant: string;
  readonly backend: BackendOptions;
  readonly sloMs: number;
  /** Prefix of its NATS subjects. */
  readonly subject: string;
  readonly seed: number;
}

export type Transport = 'nats' | 'grpc' | 'http';

/** `slots`: waits for a timer in one of its slots. `cpu`: keeps the event loop busy. */
export interface BackendOptions {
  readonly kind: 'slots' | 'cpu';
  readonly slots: number;
  readonly meanMs: number;
  readonly sigma: number;
}

/** What a plant is told before each run. */
export type PlantOrder =
  | { readonly plant: 'reset'; readonly id: number }
  | {
      readonly plant: 'prepare';
      readonly id: number;
      /** What an operator has measured: limiters that need a number get it from this. */
      readonly settings: GateSettings;
    }
  | {
      readonly plant: 'slow';
      readonly id: number;
      /** Wall clock, Unix milliseconds, at which the run starts. */
      readonly startAtMs: number;
      readonly changes: readonly { readonly atMs: number; readonly factor: number }[];
    };

export interface PlantAnswer {
  readonly plant: 'done';
  readonly id: number;
}
