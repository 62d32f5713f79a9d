// Policies
export { PolicyStore } from './adapters/policy-store.js';
export type { PolicyStoreOptions } from './adapters/policy-store-options.js';
export type { PolicyFound, PolicySource } from './adapters/policy-shelf.js';
export type {
  PolicyChange,
  PolicyNotFound,
  PolicyStoreState,
  PolicyVersion,
  StoredPolicy,
} from './adapters/stored-policy.js';
export type { PolicyStoreProblem } from './adapters/problem-list.js';

// Sticky sessions
export { StickyStore, type StickyStoreState } from './adapters/sticky-store.js';
export type { StickyStoreOptions } from './adapters/sticky-store-options.js';

// The world as a decision sees it
export { type PinLookup, SnapshotSource } from './adapters/snapshot-source.js';

// In a Nest application
export { PolicyModule } from './nest/policy.module.js';
export type { PolicyModuleOptions } from './nest/policy.module-definition.js';

// What the stores need of NATS
export type { BucketStorageOptions, NatsSource } from '@beamline/jetstream';
