import { Module } from '@nestjs/common';
import { PolicyStore } from '../adapters/policy-store.js';
import { SnapshotSource } from '../adapters/snapshot-source.js';
import { StickyStore } from '../adapters/sticky-store.js';
import { PolicyLifecycle } from './policy-lifecycle.js';
import {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type PolicyModuleOptions,
} from './policy.module-definition.js';

/** Provides the policy store, the sticky store and the snapshots made from it, following NATS in the background. */
@Module({
  providers: [
    {
      provide: PolicyStore,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ policies }: PolicyModuleOptions) => new PolicyStore(policies),
    },
    {
      provide: StickyStore,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ sticky }: PolicyModuleOptions) => new StickyStore(sticky),
    },
    {
      provide: SnapshotSource,
      inject: [StickyStore],
      useFactory: (sticky: StickyStore) => new SnapshotSource(sticky),
    },
    {
      provide: PolicyLifecycle,
      inject: [MODULE_OPTIONS_TOKEN, PolicyStore, StickyStore],
      useFactory: ({ nats }: PolicyModuleOptions, policies: PolicyStore, sticky: StickyStore) =>
        new PolicyLifecycle(nats, policies, sticky),
    },
  ],
  exports: [PolicyStore, StickyStore, SnapshotSource],
})
export class PolicyModule extends ConfigurableModuleClass {}
