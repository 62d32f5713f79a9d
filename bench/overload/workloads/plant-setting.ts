import type { BackendOptions } from '../plant/plant-messages.js';
import type { PlantSetting } from './workload.js';

/** 20 slots of 50 ms: 400 requests per second. */
export const SLOTS: BackendOptions = { kind: 'slots', slots: 20, meanMs: 50, sigma: 0.6 };

/** The plant of all workloads that do not say otherwise. */
export const PLANT: PlantSetting = { transport: 'nats', backend: SLOTS, sloMs: 1_000 };
